use login_runtime::login_required;

#[login_required(crate = crate::login)]
async fn dashboard() {}

fn main() {}
