use login_runtime::login_required;

#[login_required(via = session)]
async fn page() {}

fn main() {}
