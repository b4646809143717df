use axum::extract::State;
use login_runtime::{LoginManager, UserMixin, store::MemoryStore, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[derive(Clone)]
struct Db;

#[user_loader]
async fn load_user(id: i64, State(_): State<Db>) -> Option<User> {
    Some(User { id })
}

fn main() {
    let _ = LoginManager::builder(load_user, MemoryStore::new()).with_state("db").build();
}
