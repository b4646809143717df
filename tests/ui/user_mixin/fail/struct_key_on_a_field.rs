use login_runtime::UserMixin;

#[derive(UserMixin)]
struct User {
    id: i64,
    #[login(no_auth_hash)]
    #[login(auth_hash)]
    password_hash: String,
}

fn main() {}
