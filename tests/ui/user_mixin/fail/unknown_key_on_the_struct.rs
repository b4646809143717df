use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash, table = "users")]
struct User {
    id: i64,
}

fn main() {}
