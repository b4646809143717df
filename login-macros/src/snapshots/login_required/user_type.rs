#[login_required(user = crate::admin::Admin<Tenant, 7>)]
async fn page() {}
