//! A crate that tolerates nothing.
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    unsafe_code,
    unused,
    rust_2018_idioms,
    let_underscore_drop,
    single_use_lifetimes
)]

use axum::{Router, routing::get};
use login_runtime::{
    LoggedIn, UserMixin, fresh_login_required, login_required, request_loader, user_loader,
};

/// A user.
#[derive(Debug, UserMixin)]
pub struct User {
    id: i64,
    #[login(active)]
    active: bool,
    #[login(auth_hash)]
    password_hash: String,
}

/// The dashboard.
#[login_required]
pub async fn dashboard(user: LoggedIn<User>) -> String {
    user.get_id()
}

/// The settings.
#[fresh_login_required(within = "10m", user = User)]
pub async fn settings() {}

/// Finds users.
#[user_loader]
pub async fn load_user(id: i64) -> Option<User> {
    Some(User { id, active: true, password_hash: String::new() })
}

/// Finds users by token.
#[request_loader(bearer)]
pub async fn load_by_token(token: String) -> Result<Option<User>, std::num::ParseIntError> {
    if token.is_empty() {
        return Ok(None);
    }
    let id = token.parse()?;
    Ok(load_user(id).await)
}

fn main() {
    let app: Router = Router::new().route("/", get(dashboard)).route("/settings", get(settings));
    drop(app);
    drop(load_by_token(String::new()));
}
