use login_runtime::UserMixin;

#[derive(UserMixin)]
struct User {
    id: i64,
    password_hash: String,
}

fn main() {}
