use login_runtime::roles_required;

#[roles_required("admin")]
#[roles_required("editor")]
async fn users() {}

fn main() {}
