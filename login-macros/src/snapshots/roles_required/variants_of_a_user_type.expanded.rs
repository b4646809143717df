async fn users(
    _: ::login_runtime::__private::RolesRequired<
        ::login_runtime::__private::PackedText<
            { ::login_runtime::__private::pack(&[Role::Admin.as_str(), "editor"], 0) },
            { ::login_runtime::__private::pack(&[Role::Admin.as_str(), "editor"], 1) },
            { ::login_runtime::__private::pack(&[Role::Admin.as_str(), "editor"], 2) },
            { ::login_runtime::__private::pack(&[Role::Admin.as_str(), "editor"], 3) },
        >,
        User,
    >,
) {}
