use login_runtime::fresh_login_required;

#[fresh_login_required(max_age = "10m")]
async fn change_password() {}

fn main() {}
