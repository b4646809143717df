use login_runtime::roles_required;

#[roles_required(7)]
async fn users() {}

fn main() {}
