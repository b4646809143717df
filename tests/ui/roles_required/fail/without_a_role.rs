use login_runtime::roles_required;

#[roles_required]
async fn users() {}

fn main() {}
