#[fresh_login_required(user = Admin)]
async fn settings() {}
