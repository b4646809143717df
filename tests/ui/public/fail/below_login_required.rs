use login_runtime::{login_required, public};

#[login_required]
#[public]
async fn page() {}

fn main() {}
