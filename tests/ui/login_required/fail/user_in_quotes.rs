use login_runtime::login_required;

struct Admin;

#[login_required(user = "Admin")]
async fn dashboard() {}

fn main() {}
