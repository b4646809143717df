use login_runtime::{public, roles_required};

#[roles_required("admin")]
#[public]
async fn page() {}

fn main() {}
