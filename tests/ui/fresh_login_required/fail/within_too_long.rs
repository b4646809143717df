use login_runtime::fresh_login_required;

#[fresh_login_required(within = "999999999999999999d")]
async fn change_password() {}

fn main() {}
