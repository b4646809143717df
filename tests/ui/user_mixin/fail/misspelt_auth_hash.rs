use login_runtime::UserMixin;

#[derive(UserMixin)]
struct User {
    id: i64,
    #[login(auth_hsah)]
    password_hash: String,
}

fn main() {}
