use login_runtime::login_required;

#[login_required]
async fn dashboard(_: ...) {}

fn main() {}
