use login_runtime::Role;

#[derive(Role)]
enum Role {
    #[role(name = "a", name = "b")]
    Admin,
}

fn main() {}
