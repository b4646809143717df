use axum::Json;
use login_runtime::{LoginManager, UserMixin, request_loader, store::MemoryStore, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[request_loader(bearer)]
async fn load(token: String, Json(_): Json<String>) -> Option<User> {
    token.parse().ok().map(|id| User { id })
}

#[user_loader]
async fn load_user(id: i64) -> Option<User> {
    Some(User { id })
}

fn main() {
    let _ = LoginManager::builder(load_user, MemoryStore::new()).request_loader(load).build();
}
