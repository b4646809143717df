use login_runtime::login_required;

struct Admin;

#[login_required(user = Admin, crate = login_runtime, user = Admin)]
async fn dashboard() {}

fn main() {}
