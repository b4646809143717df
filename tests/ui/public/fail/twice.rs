use login_runtime::public;

#[public]
#[public]
async fn page() {}

fn main() {}
