use login_runtime::permissions_required;

#[permissions_required("orders:read")]
#[permissions_required("orders:write")]
async fn page() {}

fn main() {}
