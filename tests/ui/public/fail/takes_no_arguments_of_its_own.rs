use login_runtime::public;

#[public(user = User)]
async fn home() {}

fn main() {}
