use login_runtime::{UserMixin, request_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[request_loader(bearer)]
async fn load() -> Option<User> {
    None
}

fn main() {}
