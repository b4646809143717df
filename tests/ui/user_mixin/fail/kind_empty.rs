use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash, kind = "")]
struct User {
    id: u32,
}

fn main() {}
