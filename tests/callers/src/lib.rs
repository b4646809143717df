//! A crate of edition 2021 that uses every macro and tolerates nothing: what they write has to be
//! free of warnings, of clippy's pedantic ones as well. It knows the crate by another name, which it gives
//! back once, here. `cargo clippy -p login-callers` is the test.
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
    clippy::pedantic,
    clippy::nursery
)]

extern crate accounts as login_runtime;

use axum::http::Method;
use login_runtime::{
    fresh_login_required,
    guarded::{get, Router},
    login_required, permissions_accepted, permissions_required, public, request_loader,
    roles_accepted, roles_required, user_loader, LoggedIn, LoginManager, Role, UserMixin,
};

/// What users may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Role)]
#[role(serde)]
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

/// Finds guests, in one line.
#[rustfmt::skip]
#[request_loader(header = "x-guest")]
pub async fn load_guest(name: String) -> Option<User> { load_by_length(name.len()).await }

/// Finds nobody, in one line.
#[rustfmt::skip]
#[request_loader]
pub async fn load_by_method(method: Method) -> Option<User> { load_user((method == Method::PUT).into()).await }

/// Finds users by a number, in one line.
#[rustfmt::skip]
#[user_loader]
pub async fn load_by_length(length: usize) -> Option<User> { load_user(length.try_into().ok()?).await }

/// Finds members, by what stands before the first statement.
#[user_loader]
pub async fn load_member(id: i64) -> Option<Member> {
    const NAME: &str = "member";
    let role = Role::Guest;
    std::future::ready(Some(Member {
        name: format!("{NAME} {id}"),
        disabled_at: None,
        password_hash: None,
        role,
        permissions: Shared(vec!["orders:read"]),
    }))
    .await
}

/// What derefs to what it holds.
#[derive(Clone, Debug)]
pub struct Shared<T>(T);

impl<T> std::ops::Deref for Shared<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A user of another kind.
#[derive(Clone, Debug, UserMixin)]
#[login(kind = "member")]
pub struct Member {
    #[login(id)]
    name: String,
    #[login(active = Option::is_none)]
    disabled_at: Option<std::time::SystemTime>,
    #[login(auth_hash)]
    password_hash: Option<String>,
    #[login(roles)]
    role: Role,
    #[login(permissions)]
    permissions: Shared<Vec<&'static str>>,
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
