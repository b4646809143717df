#[fresh_login_required(within = "10m", user = Admin)]
async fn settings(session: LoginSession<Admin>) {}
