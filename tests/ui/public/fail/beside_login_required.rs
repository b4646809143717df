use login_runtime::{login_required, public};

#[public]
#[login_required]
async fn home() {}

fn main() {}
