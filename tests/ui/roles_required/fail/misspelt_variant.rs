use login_runtime::{Role, roles_required};

#[derive(Role)]
enum Role {
    Admin,
}

#[roles_required(Role::Admim)]
async fn page() {}

fn main() {}
