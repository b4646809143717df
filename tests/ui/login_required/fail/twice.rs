use login_runtime::login_required;

#[login_required]
#[login_required]
async fn dashboard() {}

fn main() {}
