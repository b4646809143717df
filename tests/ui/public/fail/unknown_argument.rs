use login_runtime::public;

#[public(user = User)]
async fn page() {}

fn main() {}
