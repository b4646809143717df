use login_runtime::login_required;

struct Admin;

#[login_required(user = Admin crate = login_runtime)]
async fn dashboard() {}

fn main() {}
