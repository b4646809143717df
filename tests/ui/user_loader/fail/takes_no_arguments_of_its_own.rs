use login_runtime::{UserMixin, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[user_loader(bearer)]
async fn load_user(id: i64) -> Option<User> {
    Some(User { id })
}

fn main() {}
