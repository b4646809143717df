use login_runtime::{LoginManager, UserMixin, store::MemoryStore, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

async fn load(token: Token) -> Option<User> {
    token.0.parse().ok().map(|id| User { id })
}

struct Token(String);

#[user_loader]
async fn load_user(id: i64) -> Option<User> {
    Some(User { id })
}

fn main() {
    let _ = LoginManager::builder(load_user, MemoryStore::new()).request_loader(load).build();
}
