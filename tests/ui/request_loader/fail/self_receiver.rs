use login_runtime::{UserMixin, request_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

struct Db;

impl Db {
    #[request_loader(bearer)]
    async fn load(&self, token: String) -> Option<User> {
        let _ = token;
        None
    }
}

fn main() {}
