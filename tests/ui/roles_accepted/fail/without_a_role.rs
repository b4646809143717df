use login_runtime::roles_accepted;

#[roles_accepted()]
async fn users() {}

fn main() {}
