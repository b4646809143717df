use login_runtime::Role;

#[derive(Role)]
enum Role {
    #[role(name = "a\nb")]
    Admin,
}

fn main() {}
