use login_runtime::roles_required;

struct Admin;

#[roles_required("admin", user = Admin)]
async fn users() {}

fn main() {}
