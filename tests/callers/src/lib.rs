//! A crate of edition 2021 that uses every macro and tolerates nothing: what they write has to be
//! free of warnings, of clippy's pedantic ones as well. `cargo clippy -p login-callers` is the test.
#![deny(
    warnings,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused,
    unused_qualifications,
    unsafe_code,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    clippy::all,
    clippy::pedantic
)]

use axum::http::Method;
use login_runtime::{
    fresh_login_required,
    guarded::{get, Router},
    login_required, permissions_accepted, permissions_required, public, request_loader,
    roles_accepted, roles_required, user_loader, LoggedIn, LoginManager, Role, UserMixin,
};

/// What users may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Role)]
pub enum Role {
    /// May do anything.
    Admin,
    /// May read.
    #[role(name = "read-only")]
    Guest,
}

/// A user.
#[derive(Clone, Debug, UserMixin)]
pub struct User {
    id: i64,
    #[login(active)]
    active: bool,
    #[login(auth_hash)]
    password_hash: String,
    #[login(roles)]
    roles: Vec<Role>,
    #[login(permissions)]
    permissions: Vec<String>,
}

/// Finds users.
#[user_loader]
pub async fn load_user(id: i64) -> Option<User> {
    let user = User {
        id,
        active: true,
        password_hash: String::new(),
        roles: vec![Role::Admin, Role::Guest],
        permissions: Vec::new(),
    };
    std::future::ready(Some(user)).await
}

/// Finds users by token.
///
/// # Errors
///
/// Where the token is no number.
#[request_loader(bearer)]
pub async fn load_by_token(token: String) -> Result<Option<User>, std::num::ParseIntError> {
    Ok(load_user(token.parse()?).await)
}

/// For everybody.
#[public]
pub async fn home() -> &'static str {
    "Hi!"
}

/// For users.
#[login_required(via = "session")]
pub async fn dashboard(user: LoggedIn<User>) -> String {
    user.get_id()
}

/// For users whose password was entered lately.
#[fresh_login_required(within = "10m", user = User)]
pub async fn settings(method: Method) -> String {
    method.to_string()
}

/// For few.
#[login_required]
#[roles_required(Role::Admin, "owner")]
#[roles_accepted("admin", "owner")]
#[permissions_required("orders:read")]
#[permissions_accepted("orders:read", "orders:write")]
pub async fn orders() {}

/// All of it.
pub fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new()
        .route("/", get(home))
        .route("/dashboard", get(dashboard))
        .route("/settings", get(settings))
        .route("/orders", get(orders))
        .with_login(login_manager)
}
