use login_runtime::roles_required;

enum Role {
    Admin,
}

#[roles_required(Role::Admin)]
async fn users() {}

fn main() {}
