use login_runtime::login_required;

#[login_required(via = "session", via = "request")]
async fn dashboard() {}

fn main() {}
