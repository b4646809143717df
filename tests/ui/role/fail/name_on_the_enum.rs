use login_runtime::Role;

#[derive(Role)]
#[role(name = "role")]
enum Role {
    Admin,
}

fn main() {}
