//! The pages of the site. What the suite uses of the library's actions stands here, and nowhere else.

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    routing::{any, get, post},
};
use login_runtime::{
    CurrentUser, Flash, FlashedMessages, LoggedIn, LoginError, LoginSession, NextUrl,
    fresh_login_required, login_required,
};
use serde::Deserialize;

use crate::users::{User, Users};

pub(super) fn routes() -> Router<Users> {
    Router::new()
        .route("/", get(async || "public"))
        .route("/about", any(async || "public"))
        .route("/me", get(me))
        .route("/dashboard", any(dashboard))
        .route("/fresh", any(fresh))
        .route("/fresh-in-10-minutes", any(fresh_in_10_minutes))
        .route("/session", get(session))
        .route("/login", get(login_page).post(login))
        .route("/login-twice", post(login_twice))
        .route("/logout", post(logout))
        .route("/confirm", post(confirm))
        .route("/password", post(password))
        .route("/logout-everywhere", post(logout_everywhere))
        .route("/logout-others", post(logout_others))
        .route("/logins", get(logins))
        .route("/end", post(end_login))
        .route("/flash", post(flash))
        .route("/messages", get(messages))
}

async fn me(user: CurrentUser<User>) -> String {
    user.get_id().unwrap_or_else(|| "anonymous".to_owned())
}

#[login_required]
async fn dashboard(user: LoggedIn<User>) -> String {
    user.id.to_string()
}

#[fresh_login_required]
async fn fresh(user: LoggedIn<User>) -> String {
    user.id.to_string()
}

#[fresh_login_required(within = "10m")]
async fn fresh_in_10_minutes(user: LoggedIn<User>) -> String {
    user.id.to_string()
}

async fn session(session: LoginSession<User>) -> String {
    format!(
        "{:?} fresh={} remembered={}",
        session.user_id(),
        session.is_fresh(),
        session.is_remembered()
    )
}

async fn login_page(next: NextUrl, messages: FlashedMessages) -> String {
    let texts: Vec<_> = messages.iter().map(|message| &*message.text).collect();
    format!("{next}\n{}", texts.join("|"))
}

/// What a test wants of an action.
#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    user: u64,
    #[serde(default)]
    remember: bool,
    #[serde(default)]
    force: bool,
    fresh: Option<bool>,
    #[serde(default)]
    status: u16,
    #[serde(default)]
    text: String,
    #[serde(default)]
    id: String,
}

type Said = Result<(StatusCode, String), LoginError>;

impl Wish {
    fn said(&self, what: impl ToString) -> (StatusCode, String) {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        (status, what.to_string())
    }
}

async fn login(
    session: LoginSession<User>,
    State(users): State<Users>,
    Query(wish): Query<Wish>,
) -> Said {
    let user = users.get(wish.user);
    let login = session
        .login_user(&user)
        .remember(wish.remember)
        .force(wish.force)
        .fresh(wish.fresh.unwrap_or(true));
    Ok(wish.said(login.await?))
}

async fn login_twice(
    session: LoginSession<User>,
    State(users): State<Users>,
    Query(wish): Query<Wish>,
) -> Said {
    session
        .login_user(&users.get(wish.user + 1))
        .remember(true)
        .await?;
    Ok(wish.said(session.login_user(&users.get(wish.user)).await?))
}

async fn logout(session: LoginSession<User>, Query(wish): Query<Wish>) -> Said {
    session.logout_user().await?;
    Ok(wish.said("logged out"))
}

async fn confirm(
    session: LoginSession<User>,
    State(users): State<Users>,
    Query(wish): Query<Wish>,
) -> Said {
    session.confirm_login(&users.get(wish.user)).await?;
    Ok(wish.said("confirmed"))
}

/// Changes the password, as the page of an application does: the login that did it goes on.
async fn password(
    user: LoggedIn<User>,
    session: LoginSession<User>,
    State(users): State<Users>,
) -> Result<&'static str, LoginError> {
    users.change_password(user.id);
    session.confirm_login(&users.get(user.id)).await?;
    Ok("changed")
}

// What shows or ends devices is for somebody who was let in: each has a guard's extractor first.

async fn logout_everywhere(
    _: LoggedIn<User>,
    session: LoginSession<User>,
) -> Result<String, LoginError> {
    Ok(session.logout_everywhere().await?.to_string())
}

async fn logout_others(
    _: LoggedIn<User>,
    session: LoginSession<User>,
) -> Result<String, LoginError> {
    Ok(session.logout_others().await?.to_string())
}

async fn logins(_: LoggedIn<User>, session: LoginSession<User>) -> Result<String, LoginError> {
    let devices = session.logins().await?;
    let ids: Vec<_> = devices
        .iter()
        .map(|device| device.id().to_string())
        .collect();
    Ok(ids.join(" "))
}

async fn end_login(
    _: LoggedIn<User>,
    session: LoginSession<User>,
    Query(wish): Query<Wish>,
) -> Said {
    let id = wish.id.parse().expect("tests send ids");
    Ok(wish.said(session.end_login(id).await?))
}

/// The same actions on a page that forgot its guard.
pub(crate) fn unguarded_actions() -> Router<Users> {
    Router::new()
        .route(
            "/logins",
            get(
                async |session: LoginSession<User>| -> Result<String, LoginError> {
                    Ok(session.logins().await?.len().to_string())
                },
            ),
        )
        .route(
            "/logout-others",
            post(
                async |session: LoginSession<User>| -> Result<String, LoginError> {
                    Ok(session.logout_others().await?.to_string())
                },
            ),
        )
        .route(
            "/logout-everywhere",
            post(
                async |session: LoginSession<User>| -> Result<String, LoginError> {
                    Ok(session.logout_everywhere().await?.to_string())
                },
            ),
        )
}

async fn flash(flash: Flash, Query(wish): Query<Wish>) -> Said {
    flash.flash(&*wish.text, "message")?;
    Ok(wish.said("flashed"))
}

async fn messages(messages: FlashedMessages) -> String {
    let texts: Vec<_> = messages.iter().map(|message| &*message.text).collect();
    texts.join("|")
}
