use login_runtime::{UserMixin, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

use axum::extract::State;

#[user_loader]
async fn load_user(State(db): State<String>, id: i64) -> Option<User> {
    (db == "db").then_some(User { id })
}

fn main() {}
