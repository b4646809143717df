use login_runtime::login_required;

#[login_required(via = "cookie")]
async fn dashboard() {}

fn main() {}
