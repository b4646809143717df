use login_runtime::Role;

#[derive(Role)]
union Role {
    a: u32,
}

fn main() {}
