use login_runtime::login_required;

#[login_required(via)]
async fn page() {}

fn main() {}
