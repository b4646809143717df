//! A new password for somebody who has forgotten the old one, by a link that is mailed.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse},
};
use login_runtime::{
    Flash, LoginManager, Templates, UserMixin,
    guarded::{Router, get},
    public,
};
use minijinja::context;
use serde::Deserialize;

use super::register::gone;
use crate::{
    answers::{Result, Sent},
    app::{App, Routes},
    client::Client,
    links::{Purpose, Token},
    mail::Mail,
    passwords,
    users::{User, address},
};

pub(super) fn routes() -> Routes {
    Router::new()
        .route("/forgot", get(forgot_form).post(forgot))
        .route("/reset/{token}", get(reset_form).post(reset))
}

#[public]
async fn forgot_form(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("forgot.html", ())?)
}

#[derive(Deserialize)]
struct AddressFields {
    email: String,
}

/// Says the same, and takes as long, whether or not the address has an account.
#[public]
async fn forgot(
    client: Client,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<AddressFields>,
) -> Result {
    let Some(email) = address(&fields.email) else {
        let error = "That is not an e-mail address.";
        let fields = context! { email => fields.email };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return wants.again(status, error, &templates, "forgot.html", fields);
    };
    if let Err(seconds) = app.tries.mail(&client, &email) {
        return wants.later(seconds, &templates);
    }
    if let Some(user) = app.users.by_email(&email).await?
        && user.active
    {
        // Bound to what it changes: it counts once, and not after another way to a new password.
        let bound_to = user.link_binding();
        let token = app.links.token(Purpose::Reset, &user.get_id(), &bound_to);
        app.audit.note(user.id, "Asked for a new password", &client);
        app.outbox.send(Mail {
            to: user.email,
            subject: "A new password",
            text: format!(
                "Hello {},\n\nfollow this link within half an hour to set a new password:\n\n\
                 {}/reset/{token}\n\nIf you did not ask for it, do nothing.",
                user.name, app.origin
            ),
        });
    }
    Ok(templates
        .render("sent.html", context! { email })?
        .into_response())
}

/// The user of a link that is good.
async fn user_of(app: &App, token: &str) -> Result<Option<User>> {
    let Some(token) = Token::parse(token) else {
        return Ok(None);
    };
    let Ok(id) = token.subject().parse() else {
        return Ok(None);
    };
    let user = app.users.by_id(id).await?;
    Ok(user.filter(|user| {
        let bound_to = user.link_binding();
        user.active && app.links.is_good(&token, Purpose::Reset, &bound_to)
    }))
}

#[public]
async fn reset_form(
    templates: Templates<User>,
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result {
    match user_of(&app, &token).await? {
        None => gone(&templates),
        Some(user) => {
            let page = context! { email => user.email, by_link => true };
            Ok(templates.render("password.html", page)?.into_response())
        }
    }
}

#[derive(Deserialize)]
struct PasswordFields {
    password: String,
}

#[public]
async fn reset(
    client: Client,
    flash: Flash,
    Extension(login_manager): Extension<LoginManager<User>>,
    templates: Templates<User>,
    State(app): State<App>,
    Path(token): Path<String>,
    Sent { fields, wants }: Sent<PasswordFields>,
) -> Result {
    let Some(user) = user_of(&app, &token).await? else {
        return gone(&templates);
    };
    if let Some(error) = passwords::problem(&fields.password, &user.email) {
        let fields = context! { email => user.email, by_link => true };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return wants.again(status, &error, &templates, "password.html", fields);
    }
    if let Err(seconds) = app.tries.address(&client) {
        return wants.later(seconds, &templates);
    }
    let hash = app.passwords.hash(fields.password).await?;
    if !app.users.set_password(&user, &hash).await? {
        return gone(&templates);
    }
    // They count no more already, for the hash is another. This takes them off the list of devices.
    login_manager.end_logins_of(&user.get_id()).await?;
    app.tries.forgive(&user.email);
    app.audit
        .note(user.id, "Set a new password by a link", &client);
    app.outbox.send(password_changed(&user));
    flash.flash("Your new password is set. Log in with it.", "success")?;
    Ok(wants.go_on("/login"))
}

/// Whoever loses an account to somebody else should hear of it.
pub(super) fn password_changed(user: &User) -> Mail {
    Mail {
        to: user.email.clone(),
        subject: "Your password was changed",
        text: format!(
            "Hello {},\n\nyour password was changed, and every other login of yours has ended. API keys \
             go on: revoke those that you do not know.\n\n\
             If that was not you, set a new one at once: choose \"Forgot your password?\" where \
             you log in.",
            user.name
        ),
    }
}
