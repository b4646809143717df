use login_runtime::{LoginManager, UserMixin, store::MemoryStore};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

async fn load_user(user: User) -> User {
    user
}

fn main() {
    let _ = LoginManager::builder(load_user, MemoryStore::new()).with_state(()).build();
}
