use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash, active)]
struct User {
    id: i64,
}

fn main() {}
