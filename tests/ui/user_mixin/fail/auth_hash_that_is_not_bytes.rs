use login_runtime::UserMixin;

#[derive(UserMixin)]
struct User {
    id: i64,
    #[login(auth_hash)]
    password_hash: Option<u64>,
}

fn main() {}
