//! A user's own account: the profile, the password, the address, and what happened.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse},
};
use login_runtime::{
    Flash, LoggedIn, LoginSession, Templates, UserMixin, fresh_login_required,
    guarded::{Router, get},
    login_required, public,
};
use minijinja::context;
use serde::Deserialize;

use super::{register::gone, reset::password_changed};
use crate::{
    answers::{Result, Sent},
    app::{App, Routes},
    client::Client,
    links::{Purpose, Token},
    mail::Mail,
    passwords,
    templates::listed,
    users::{User, address, name},
};

pub(super) fn routes() -> Routes {
    Router::new()
        .route("/", get(profile).post(rename))
        .route("/password", get(password_form).post(password))
        .route("/email", get(email_form).post(email))
        .route("/activity", get(activity))
}

/// What stands in mails about accounts.
pub(super) fn links() -> Routes {
    Router::new().route("/email/{token}", get(email_link).post(change_email))
}

#[login_required(via = "session")]
async fn profile(session: LoginSession<User>, templates: Templates<User>) -> Result<Html<String>> {
    let context = context! { fresh => session.is_fresh(), remembered => session.is_remembered() };
    Ok(templates.render("profile.html", context)?)
}

#[derive(Deserialize)]
struct ProfileFields {
    name: String,
}

#[login_required(via = "session")]
async fn rename(
    user: LoggedIn<User>,
    flash: Flash,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<ProfileFields>,
) -> Result {
    let Some(name) = name(&fields.name) else {
        let error = "Choose a name of at most 100 characters.";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return wants.again(status, error, &templates, "profile.html", context! {});
    };
    app.users.rename(user.id, &name).await?;
    flash.flash("Your name is saved.", "success")?;
    Ok(wants.go_on("/account"))
}

/// For those who have entered their password in the last ten minutes; others go to `/confirm`.
#[fresh_login_required(within = "10m")]
async fn password_form(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("password.html", ())?)
}

#[derive(Deserialize)]
struct PasswordFields {
    password: String,
}

#[fresh_login_required(within = "10m")]
async fn password(
    user: LoggedIn<User>,
    session: LoginSession<User>,
    client: Client,
    flash: Flash,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<PasswordFields>,
) -> Result {
    if let Some(error) = passwords::problem(&fields.password, &user.email) {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return wants.again(status, &error, &templates, "password.html", context! {});
    }
    let hash = app.passwords.hash(fields.password).await?;
    if !app.users.set_password(&user, &hash).await? {
        let error = "The password was changed elsewhere meanwhile.";
        let status = StatusCode::CONFLICT;
        return wants.again(status, error, &templates, "password.html", context! {});
    }
    let mut changed = User::clone(&user);
    changed.password_hash = hash;
    // This device goes on with the new password, and every other one is out.
    session.confirm_login(&changed).await?;
    let ended = session.logout_others().await?;
    app.audit.note(user.id, "Changed the password", &client);
    app.outbox.send(password_changed(&user));
    let message = match ended {
        0 => "Your password is changed.".to_owned(),
        1 => "Your password is changed, and you are logged out on 1 other device.".to_owned(),
        _ => format!("Your password is changed, and you are logged out on {ended} other devices."),
    };
    flash.flash(message, "success")?;
    Ok(wants.go_on("/account"))
}

#[fresh_login_required(within = "10m")]
async fn email_form(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("email.html", ())?)
}

#[derive(Deserialize)]
struct EmailFields {
    email: String,
}

#[fresh_login_required(within = "10m")]
async fn email(
    user: LoggedIn<User>,
    client: Client,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<EmailFields>,
) -> Result {
    let Some(email) = address(&fields.email).filter(|email| *email != user.email) else {
        let error = "That is not another e-mail address.";
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let fields = context! { email => fields.email };
        return wants.again(status, error, &templates, "email.html", fields);
    };
    if let Err(seconds) = app.tries.mail(&client, &user.email) {
        return wants.later(seconds, &templates);
    }
    let subject = format!("{} {email}", user.get_id());
    let bound_to = user.link_binding();
    let token = app.links.token(Purpose::Email, &subject, &bound_to);
    app.outbox.send(Mail {
        to: email.clone(),
        subject: "Your new address",
        text: format!(
            "Hello {},\n\nfollow this link within half an hour to use this address from now on:\n\n\
             {}/email/{token}",
            user.name, app.origin
        ),
    });
    Ok(templates
        .render("sent.html", context! { email })?
        .into_response())
}

/// The user of a link that is good, and the new address.
async fn change_of(app: &App, token: &str) -> Result<Option<(User, String)>> {
    let Some(token) = Token::parse(token) else {
        return Ok(None);
    };
    let Some((id, email)) = token.subject().split_once(' ') else {
        return Ok(None);
    };
    let Ok(id) = id.parse() else { return Ok(None) };
    let user = app.users.by_id(id).await?;
    let user = user.filter(|user| {
        let bound_to = user.link_binding();
        user.active && app.links.is_good(&token, Purpose::Email, &bound_to)
    });
    Ok(user.map(|user| (user, email.to_owned())))
}

/// Shows a button only: programs that look at mail follow links as well.
#[public]
async fn email_link(
    templates: Templates<User>,
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result {
    match change_of(&app, &token).await? {
        None => gone(&templates),
        Some((_, email)) => {
            let page = templates.render("link.html", context! { email })?;
            Ok(page.into_response())
        }
    }
}

#[public]
async fn change_email(
    client: Client,
    flash: Flash,
    templates: Templates<User>,
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result {
    let Some((user, email)) = change_of(&app, &token).await? else {
        return gone(&templates);
    };
    if !app.users.set_email(&user, &email).await? {
        return gone(&templates);
    }
    app.audit.note(user.id, "Changed the address", &client);
    app.outbox.send(Mail {
        to: user.email,
        subject: "Your address was changed",
        text: format!(
            "Hello {},\n\nyour account has the address {email} from now on. If that was not you, \
             write to us.",
            user.name
        ),
    });
    flash.flash("Your new address is saved.", "success")?;
    Ok(axum::response::Redirect::to("/account").into_response())
}

/// What happened to the account, the latest first.
#[login_required(via = "session")]
async fn activity(
    user: LoggedIn<User>,
    templates: Templates<User>,
    State(app): State<App>,
) -> Result<Html<String>> {
    let events = app.audit.latest(Some(user.id)).await?;
    Ok(templates.render("activity.html", context! { events => listed(&events) })?)
}
