use axum::Json;
use login_runtime::{LoginManager, UserMixin, store::MemoryStore, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[user_loader]
async fn load_user(id: i64, Json(_): Json<String>) -> Option<User> {
    Some(User { id })
}

fn main() {
    let _ = LoginManager::builder(load_user, MemoryStore::new()).with_state(()).build();
}
