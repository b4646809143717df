use login_runtime::{public, roles_required};

#[public]
#[roles_required("admin")]
async fn users() {}

fn main() {}
