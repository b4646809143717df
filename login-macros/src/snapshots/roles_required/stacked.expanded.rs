#[tracing::instrument]
async fn orders(
    _: crate::login::__private::Both<
        ::login_runtime::__private::LoginRequired<User, 1>,
        crate::login::__private::Both<
            ::login_runtime::__private::RolesAccepted<
                ::login_runtime::__private::PackedText<
                    129456564412637535544701949612346310656,
                    0,
                    0,
                    0,
                >,
            >,
            crate::login::__private::PermissionsRequired<
                crate::login::__private::PackedText<
                    148138265652424005039267371916311134208,
                    0,
                    0,
                    0,
                >,
            >,
        >,
    >,
    user: LoggedIn<User>,
) {}
