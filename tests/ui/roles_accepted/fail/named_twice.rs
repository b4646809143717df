use login_runtime::roles_accepted;

#[roles_accepted("admin", "admin")]
async fn page() {}

fn main() {}
