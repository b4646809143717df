use login_runtime::fresh_login_required;

#[fresh_login_required(within = "10")]
async fn change_password() {}

fn main() {}
