#[fresh_login_required(within = "1h30m")]
async fn settings() {}
