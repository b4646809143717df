use login_runtime::user_loader;

struct User {
    id: i64,
}

#[user_loader]
async fn load_user(id: i64) -> Option<User> {
    Some(User { id })
}

fn main() {}
