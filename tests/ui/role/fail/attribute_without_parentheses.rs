use login_runtime::Role;

#[derive(Role)]
enum Role {
    #[role = "admin"]
    Admin,
}

fn main() {}
