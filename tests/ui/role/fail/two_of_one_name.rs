use login_runtime::Role;

#[derive(Role)]
enum Role {
    Admin,
    #[role(name = "admin")]
    Owner,
}

fn main() {}
