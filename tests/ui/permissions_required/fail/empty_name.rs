use login_runtime::permissions_required;

#[permissions_required("")]
async fn page() {}

fn main() {}
