use login_runtime::Role;

#[derive(Role)]
enum Role {
    Admin,
    EditorOf(String),
}

fn main() {}
