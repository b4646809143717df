use login_runtime::permissions_accepted;

#[permissions_accepted]
async fn page() {}

fn main() {}
