use login_runtime::roles_required;

#[roles_required(user = User)]
async fn page() {}

fn main() {}
