use login_runtime::Role;

#[derive(Role)]
enum Role {
    #[role(name = "")]
    Admin,
}

fn main() {}
