use login_runtime::{Role, roles_required};

#[derive(Role)]
enum Role {
    Admin,
}

#[roles_required(Role::Admn)]
async fn users() {}

fn main() {}
