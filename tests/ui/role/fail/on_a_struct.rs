use login_runtime::Role;

#[derive(Role)]
struct Role {
    name: String,
}

fn main() {}
