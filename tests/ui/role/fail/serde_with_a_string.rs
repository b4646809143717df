use login_runtime::Role;

#[derive(Role)]
#[role(serde = "serde")]
enum Role {
    Admin,
}

fn main() {}
