use login_runtime::roles_required;

#[roles_required("admin" "editor")]
async fn page() {}

fn main() {}
