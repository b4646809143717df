use login_runtime::roles_required;

#[roles_required]
async fn page() {}

fn main() {}
