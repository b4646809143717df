//! The pages of Flask-Login's own test application.

use std::time::Duration;

use axum::{
    Router,
    http::StatusCode,
    routing::{MethodRouter, any, get},
};
use login_runtime::{
    CurrentUser, FlashedMessages, LoginError, LoginSession, LoginUser, NextUrl,
    fresh_login_required, login_required,
};

use crate::support::{User, creeper, germanjapanese, notch, steve};

/// How long `/login-notch-remember-custom` remembers.
pub(crate) const CUSTOM_DURATION: Duration = Duration::from_hours(7);

pub(crate) fn router() -> Router {
    let remember_custom = logs_in(notch, |login| {
        login.remember(true).duration(CUSTOM_DURATION)
    });
    Router::new()
        .route("/", get(|| async { "Welcome!" }))
        .route("/static/style.css", get(|| async { "body {}" }))
        .route("/login-notch", logs_in(notch, |login| login))
        .route(
            "/login-notch-not-fresh",
            logs_in(notch, |login| login.fresh(false)),
        )
        .route(
            "/login-notch-remember",
            logs_in(notch, |login| login.remember(true)),
        )
        .route("/login-notch-remember-custom", remember_custom)
        .route("/login-steve", logs_in(steve, |login| login))
        .route("/login-creeper", logs_in(creeper, |login| login))
        .route(
            "/login-creeper-forced",
            logs_in(creeper, |login| login.force(true)),
        )
        .route(
            "/login-germanjapanese",
            logs_in(germanjapanese, |login| login.remember(true)),
        )
        .route("/logout", get(logout))
        .route("/login-then-logout", get(login_then_logout))
        .route("/confirm-login", get(confirm_login))
        .route("/username", get(username))
        .route("/userid", get(userid))
        .route("/is-fresh", get(is_fresh))
        .route("/is-remembered", get(is_remembered))
        .route("/protected", any(protected))
        .route("/secret", any(secret))
        .route("/very-protected", any(very_protected))
        .route("/needs-refresh", any(very_protected))
        .route("/login", get(wanted_page))
        .route("/refresh-view", get(wanted_page))
        .route("/flashed", get(flashed))
}

/// What `login_user` said, and how the rest of the same request sees the login.
fn report(session: &LoginSession<User>, logged_in: bool) -> String {
    let name = session.user().map_or("Anonymous", |user| user.name);
    let fresh = if session.is_fresh() {
        "fresh"
    } else {
        "not fresh"
    };
    format!("{logged_in}: {name}, {fresh}")
}

fn logs_in(
    user: fn() -> User,
    settings: for<'a> fn(LoginUser<'a, User>) -> LoginUser<'a, User>,
) -> MethodRouter {
    get(async move |session: LoginSession<User>| {
        let logged_in = settings(session.login_user(&user())).await?;
        Ok::<_, LoginError>(report(&session, logged_in))
    })
}

async fn logout(session: LoginSession<User>) -> Result<&'static str, LoginError> {
    session.logout_user().await?;
    Ok("You've been logged out.")
}

async fn login_then_logout(session: LoginSession<User>) -> Result<String, LoginError> {
    let logged_in = session.login_user(&notch()).await?;
    let before = report(&session, logged_in);
    session.logout_user().await?;
    Ok(format!(
        "{before}; then {}",
        report(&session, session.is_authenticated())
    ))
}

async fn confirm_login(session: LoginSession<User>) -> Result<&'static str, LoginError> {
    session.confirm_login(&notch()).await?;
    Ok("Login confirmed.")
}

async fn username(current_user: CurrentUser<User>) -> &'static str {
    current_user.user().map_or("Anonymous", |user| user.name)
}

async fn userid(current_user: CurrentUser<User>) -> Result<String, StatusCode> {
    current_user.get_id().ok_or(StatusCode::UNAUTHORIZED)
}

async fn is_fresh(session: LoginSession<User>) -> String {
    session.is_fresh().to_string()
}

async fn is_remembered(session: LoginSession<User>) -> String {
    session.is_remembered().to_string()
}

#[login_required]
async fn protected() -> &'static str {
    "Access Granted"
}

#[login_required]
async fn secret() -> &'static str {
    "Secret"
}

#[fresh_login_required]
async fn very_protected() -> &'static str {
    "Access Granted"
}

/// A login page asks who is there and shows where it would lead to.
async fn wanted_page(_: CurrentUser<User>, next: NextUrl) -> String {
    next.or("nowhere").to_owned()
}

async fn flashed(messages: FlashedMessages) -> String {
    let lines = messages
        .iter()
        .map(|it| format!("{}: {}\n", it.category, it.text));
    lines.collect::<Vec<_>>().concat()
}
