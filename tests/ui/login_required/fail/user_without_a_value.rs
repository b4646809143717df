use login_runtime::login_required;

#[login_required(user)]
async fn dashboard() {}

fn main() {}
