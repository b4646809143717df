use login_runtime::{UserMixin, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

use axum::http::Method;

#[user_loader]
async fn load_user(
    id: i64,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
) -> Option<User> {
    Some(User { id })
}

fn main() {}
