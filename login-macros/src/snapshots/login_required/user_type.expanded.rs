async fn page(
    _: ::login_runtime::__private::LoginRequired<crate::admin::Admin<Tenant, 7>>,
) {}
