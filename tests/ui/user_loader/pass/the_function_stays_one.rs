use login_runtime::{UserMixin, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

/// Finds users.
#[user_loader(crate = ::login_runtime)]
#[tracing::instrument]
pub async fn load_user(mut id: i64) -> Option<User> {
    id += 1;
    Some(User { id })
}

#[tokio::main]
async fn main() {
    let user: Option<User> = load_user(6).await;
    assert_eq!(user.unwrap().get_id(), "7");
}
