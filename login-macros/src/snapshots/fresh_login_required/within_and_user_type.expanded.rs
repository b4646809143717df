async fn settings(
    _: ::login_runtime::__private::FreshLoginRequired<600, Admin>,
    session: LoginSession<Admin>,
) {}
