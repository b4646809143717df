use login_runtime::{login_required, public};

#[public]
#[login_required]
async fn page() {}

fn main() {}
