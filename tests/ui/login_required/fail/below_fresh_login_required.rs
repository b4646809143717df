use login_runtime::login_required;

use login_runtime::fresh_login_required;

#[fresh_login_required]
#[login_required]
async fn change_password() {}

fn main() {}
