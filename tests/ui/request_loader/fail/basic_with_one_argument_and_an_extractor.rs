use axum::http::HeaderMap;
use login_runtime::{UserMixin, request_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[request_loader(basic)]
async fn load(username: String, headers: HeaderMap) -> Option<User> {
    headers.contains_key("x-id").then(|| username.parse().ok().map(|id| User { id }))?
}

fn main() {}
