#[fresh_login_required]
async fn settings() {}
