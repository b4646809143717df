use login_runtime::permissions_accepted;

#[permissions_accepted(7)]
async fn page() {}

fn main() {}
