//! For programs, which bring an API key and get JSON.

use axum::Json;
use login_runtime::{
    LoggedIn,
    guarded::{Router, get},
    login_required,
};

use crate::{app::Routes, users::User};

pub(super) fn routes() -> Routes {
    Router::new().route("/me", get(me))
}

/// Whose key it is. A cookie opens nothing here.
#[login_required(via = "request")]
async fn me(user: LoggedIn<User>) -> Json<User> {
    Json(User::clone(&user))
}
