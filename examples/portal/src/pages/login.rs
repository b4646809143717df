//! Logging in and out, and entering the password again.

use std::fmt;

use axum::{
    extract::State,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use login_runtime::{
    CurrentUser, Flash, LoggedIn, LoginSession, NextUrl, Templates,
    guarded::{Router, get, post},
    login_required, public,
};
use minijinja::context;
use serde::{Deserialize, Deserializer, de};

use crate::{
    answers::{Result, Sent},
    app::{App, Routes},
    client::Client,
    users::User,
};

pub(super) fn routes() -> Routes {
    Router::new()
        .route("/login", get(login_form).post(login))
        .route("/logout", post(logout))
        .route("/confirm", get(confirm_form).post(confirm))
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    pub(super) email: String,
    pub(super) password: String,
    #[serde(default, deserialize_with = "ticked")]
    pub(super) remember: bool,
}

/// How a check of somebody's password ended.
pub(super) enum Checked {
    Right(Box<User>),
    Wrong,
    /// Not checked: in so many seconds there is a try again.
    Later(i64),
}

/// Checks a password, as often as [`Tries`](crate::throttle::Tries) allows.
pub(super) async fn check(
    app: &App,
    client: &Client,
    email: &str,
    password: String,
) -> Result<Checked> {
    if let Err(seconds) = app.tries.password(client, email) {
        return Ok(Checked::Later(seconds));
    }
    let user = app.users.by_email(email).await?;
    let id = user.as_ref().map(|user| user.id);
    match app.passwords.check(user, password).await? {
        Some(user) => {
            app.tries.forgive(email);
            Ok(Checked::Right(Box::new(user)))
        }
        None => {
            if id.is_some() {
                app.audit.note(id, "A wrong password was tried", client);
            }
            Ok(Checked::Wrong)
        }
    }
}

#[public]
async fn login_form(
    current_user: CurrentUser<User>,
    next: NextUrl,
    templates: Templates<User>,
) -> Result {
    if current_user.is_authenticated() {
        return Ok(Redirect::to(next.or("/account")).into_response());
    }
    Ok(templates.render("login.html", ())?.into_response())
}

/// Takes a form or JSON: a page is sent on, a script is told where to go on, 200 `{"next": …}`.
#[public]
async fn login(
    session: LoginSession<User>,
    next: NextUrl,
    client: Client,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<Credentials>,
) -> Result {
    let error = match check(&app, &client, &fields.email, fields.password).await? {
        Checked::Later(seconds) => return wants.later(seconds, &templates),
        Checked::Wrong => "That is not an address and its password.",
        Checked::Right(user) => {
            if session.login_user(&user).remember(fields.remember).await? {
                // Where the visitor wanted to go: only ever a path on this site.
                return Ok(wants.go_on(next.or("/account")));
            }
            "This account is disabled."
        }
    };
    let email = fields.email;
    wants.again(
        StatusCode::UNAUTHORIZED,
        error,
        &templates,
        "login.html",
        context! { email },
    )
}

/// Public: logging out twice is no mistake.
#[public]
async fn logout(session: LoginSession<User>, flash: Flash) -> Result<Redirect> {
    session.logout_user().await?;
    flash.flash("You are logged out.", "success")?;
    Ok(Redirect::to("/"))
}

#[login_required(via = "session")]
async fn confirm_form(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("confirm.html", ())?)
}

#[derive(Deserialize)]
struct Confirmation {
    password: String,
}

#[login_required(via = "session")]
async fn confirm(
    user: LoggedIn<User>,
    session: LoginSession<User>,
    next: NextUrl,
    client: Client,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<Confirmation>,
) -> Result<Response> {
    match check(&app, &client, &user.email, fields.password).await? {
        Checked::Later(seconds) => wants.later(seconds, &templates),
        Checked::Right(confirmed) if confirmed.id == user.id => {
            session.confirm_login(&confirmed).await?;
            Ok(wants.go_on(next.or("/account")))
        }
        Checked::Right(_) | Checked::Wrong => {
            let error = "That is not your password.";
            wants.again(
                StatusCode::UNAUTHORIZED,
                error,
                &templates,
                "confirm.html",
                context! {},
            )
        }
    }
}

/// A ticked checkbox sends some value and one that is not ticked none; JSON has `true` and `false`.
fn ticked<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    struct Ticked;

    impl de::Visitor<'_> for Ticked {
        type Value = bool;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("true or false")
        }

        fn visit_bool<E>(self, value: bool) -> Result<bool, E> {
            Ok(value)
        }

        fn visit_str<E>(self, value: &str) -> Result<bool, E> {
            Ok(!matches!(value, "" | "0" | "false"))
        }
    }

    deserializer.deserialize_any(Ticked)
}
