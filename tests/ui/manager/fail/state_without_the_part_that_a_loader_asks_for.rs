use axum::extract::State;
use login_runtime::{LoginManager, UserMixin, store::MemoryStore, user_loader};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[derive(Clone)]
struct Db;

#[derive(Clone)]
struct AppState {
    db: Db,
}

#[user_loader]
async fn load_user(id: u32, State(_): State<Db>) -> Option<User> {
    Some(User { id })
}

fn main() {
    let state = AppState { db: Db };
    let _ = LoginManager::builder(load_user, MemoryStore::new()).with_state(state).build();
}
