use login_runtime::{LoginManager, UserMixin, request_loader, store::MemoryStore, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[request_loader(header = "x api key")]
async fn load(key: i64) -> Option<User> {
    Some(User { id: key })
}

#[user_loader]
async fn load_user(id: i64) -> Option<User> {
    Some(User { id })
}

fn main() {
    let _ = LoginManager::builder(load_user, MemoryStore::new()).request_loader(load).build();
}
