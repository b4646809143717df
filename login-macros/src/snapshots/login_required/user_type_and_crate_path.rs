#[login_required(crate = ::renamed, user = Admin,)]
async fn page() {}
