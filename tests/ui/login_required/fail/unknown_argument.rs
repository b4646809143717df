use login_runtime::login_required;

#[login_required(within = "10m")]
async fn dashboard() {}

fn main() {}
