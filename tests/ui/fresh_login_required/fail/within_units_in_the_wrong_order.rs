use login_runtime::fresh_login_required;

#[fresh_login_required(within = "30m1h")]
async fn change_password() {}

fn main() {}
