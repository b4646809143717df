use login_runtime::login_required;

#[login_required("admin")]
async fn dashboard() {}

fn main() {}
