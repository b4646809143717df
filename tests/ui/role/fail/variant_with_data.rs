use login_runtime::Role;

#[derive(Role)]
enum Role {
    Admin,
    Editor(String),
}

fn main() {}
