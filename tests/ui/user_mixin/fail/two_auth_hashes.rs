use login_runtime::UserMixin;

#[derive(UserMixin)]
struct User {
    id: i64,
    #[login(auth_hash)]
    password_hash: String,
    #[login(auth_hash)]
    recovery_hash: String,
}

fn main() {}
