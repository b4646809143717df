use login_runtime::roles_required;

#[roles_required("admin", within = "10m")]
async fn page() {}

fn main() {}
