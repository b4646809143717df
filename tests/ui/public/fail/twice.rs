use login_runtime::public;

#[public]
#[public]
async fn home() {}

fn main() {}
