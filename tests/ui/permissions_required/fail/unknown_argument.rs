use login_runtime::permissions_required;

#[permissions_required("orders:write", within = "10m")]
async fn order() {}

fn main() {}
