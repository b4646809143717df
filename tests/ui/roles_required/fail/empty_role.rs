use login_runtime::roles_required;

#[roles_required("admin", "")]
async fn users() {}

fn main() {}
