use axum::{Router, routing::get};
use login_runtime::{LoginManager, SecretKey, UserMixin, login_required, store::MemoryStore, user_loader};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[user_loader]
async fn load_user(id: u32) -> Option<User> {
    Some(User { id })
}

#[login_required]
async fn page() {}

fn main() {
    let login_manager = LoginManager::builder(load_user, MemoryStore::new())
        .secret_key(SecretKey::generate().unwrap())
        .build()
        .unwrap();
    let _: Router = Router::new().route("/", get(page)).layer(login_manager.clone());
    let _: Router = Router::new().route("/", get(page)).layer(login_manager.layer());
}
