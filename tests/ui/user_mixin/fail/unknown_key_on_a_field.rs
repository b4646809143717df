use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    #[login(key)]
    id: i64,
}

fn main() {}
