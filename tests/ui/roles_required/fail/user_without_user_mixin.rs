use login_runtime::roles_required;

struct User;

#[roles_required("admin", user = User)]
async fn page() {}

fn main() {}
