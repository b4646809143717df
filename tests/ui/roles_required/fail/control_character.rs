use login_runtime::roles_required;

#[roles_required("admin\neditor")]
async fn users() {}

fn main() {}
