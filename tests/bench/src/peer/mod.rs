//! The same small application, once on each library.
//!
//! `GET /` is public. `GET /dashboard` wants a login and answers the user's name, `GET /fresh` a
//! fresh one, `GET /api` an API key. `POST /login/{id}` logs in without asking for a password,
//! `POST /remember/{id}` also sets a remember cookie, `POST /logout` logs out.

mod application;
pub(crate) mod axum_login;
pub(crate) mod axum_session_auth;
pub(crate) mod bare;
pub(crate) mod ours;
pub(crate) mod protect_axum;
pub(crate) mod tower_sessions;

pub(crate) use application::{HOME, Peer, Skew};

use crate::user::Users;

/// Every library, bare axum first.
pub(crate) async fn all() -> Vec<Peer> {
    let users = Users::new();
    vec![
        bare::peer("bare axum"),
        bare::with_no_op_layer(),
        ours::memory(&users),
        ours::cookie(&users),
        axum_login::memory(&users),
        axum_session_auth::peer(&users).await,
        tower_sessions::peer(),
        protect_axum::peer(&users),
        ours::sqlite(&users).await,
    ]
}

/// What is not measured, and why; printed below the table.
pub(crate) const LEFT_OUT: &str = "\
left out: axum-login on SQLite, because tower-sessions-sqlx-store 0.15 needs the libsqlite3-sys of \
sqlx 0.8, which cannot be linked beside that of sqlx 0.9";
