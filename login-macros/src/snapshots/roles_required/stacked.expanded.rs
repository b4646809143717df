#[tracing::instrument]
async fn orders(
    _: (
        ::login_runtime::__private::LoginRequired<User, 1>,
        ::login_runtime::__private::RolesAccepted<
            129456564412637535544701949612346310656,
            0,
            0,
            0,
        >,
        crate::login::__private::PermissionsRequired<
            148138265652424005039267371916311134208,
            0,
            0,
            0,
        >,
    ),
    user: LoggedIn<User>,
) {}
