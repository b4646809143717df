use login_runtime::{UserMixin, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[user_loader]
async fn load_user(id: &str) -> Option<User> {
    Some(User { id: id.parse().ok()? })
}

fn main() {}
