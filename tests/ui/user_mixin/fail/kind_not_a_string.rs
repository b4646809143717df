use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash, kind = User)]
struct User {
    id: u32,
}

fn main() {}
