use login_runtime::login_required;

#[login_required(crate = "login_runtime")]
async fn dashboard() {}

fn main() {}
