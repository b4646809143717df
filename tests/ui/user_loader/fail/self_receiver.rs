use login_runtime::{UserMixin, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

struct Db;

impl Db {
    #[user_loader]
    async fn load_user(&self, id: i64) -> Option<User> {
        Some(User { id })
    }
}

fn main() {}
