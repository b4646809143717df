use login_runtime::roles_required;

#[roles_required("admin", "editor", "admin")]
async fn users() {}

fn main() {}
