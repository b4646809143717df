use login_runtime::roles_required;

#[roles_required(Role::Admin)]
async fn page() {}

fn main() {}
