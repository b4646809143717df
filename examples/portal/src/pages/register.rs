//! New accounts. The address comes first: an account is made by following a link that was mailed there,
//! so nobody has another's address, and whether an address has an account is told only to its owner.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use login_runtime::{
    LoginSession, Templates,
    guarded::{Router, get},
    public,
};
use minijinja::context;
use serde::Deserialize;

use crate::{
    answers::{Result, Sent, error_page},
    app::{App, Routes},
    client::Client,
    links::{Purpose, Token},
    mail::Mail,
    passwords,
    users::{User, address, name},
};

pub(super) fn routes() -> Routes {
    Router::new()
        .route("/register", get(address_form).post(send_link))
        .route("/register/{token}", get(account_form).post(make_account))
}

#[public]
async fn address_form(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("register.html", ())?)
}

#[derive(Deserialize)]
struct AddressFields {
    email: String,
}

#[public]
async fn send_link(
    client: Client,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<AddressFields>,
) -> Result {
    let Some(email) = address(&fields.email) else {
        let error = "That is not an e-mail address.";
        let fields = context! { email => fields.email };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return wants.again(status, error, &templates, "register.html", fields);
    };
    if let Err(seconds) = app.tries.mail(&client, &email) {
        return wants.later(seconds, &templates);
    }
    let text = match app.users.by_email(&email).await? {
        None => {
            let token = app.links.token(Purpose::Register, &email, NOTHING);
            format!(
                "Welcome!\n\nFollow this link within a day to make your account:\n\n{}/register/{token}",
                app.origin
            )
        }
        Some(_) => format!(
            "You have an account with this address already.\n\nLog in at {0}/login, or set a new \
             password at {0}/forgot.",
            app.origin
        ),
    };
    app.outbox.send(Mail {
        to: email.clone(),
        subject: "Your account",
        text,
    });
    Ok(templates
        .render("sent.html", context! { email })?
        .into_response())
}

/// What a link that makes an account is bound to: there is nothing of it yet.
const NOTHING: &[&str] = &[];

/// The address of a link that is good.
fn address_of(app: &App, token: &str) -> Option<String> {
    let token = Token::parse(token)?;
    let good = app.links.is_good(&token, Purpose::Register, NOTHING);
    good.then(|| token.subject().to_owned())
}

#[public]
async fn account_form(
    templates: Templates<User>,
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result {
    match address_of(&app, &token) {
        None => gone(&templates),
        Some(email) => {
            let page = templates.render("register.html", context! { email, by_link => true })?;
            Ok(page.into_response())
        }
    }
}

#[derive(Deserialize)]
struct AccountFields {
    name: String,
    password: String,
}

#[public]
async fn make_account(
    session: LoginSession<User>,
    client: Client,
    templates: Templates<User>,
    State(app): State<App>,
    Path(token): Path<String>,
    Sent { fields, wants }: Sent<AccountFields>,
) -> Result {
    let Some(email) = address_of(&app, &token) else {
        return gone(&templates);
    };
    let problem = match name(&fields.name) {
        None => Err("Choose a name of at most 100 characters.".to_owned()),
        Some(name) => match passwords::problem(&fields.password, &email) {
            None => Ok(name),
            Some(problem) => Err(problem),
        },
    };
    let name = match problem {
        Ok(name) => name,
        Err(error) => {
            let fields = context! { email, by_link => true, name => fields.name };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return wants.again(status, &error, &templates, "register.html", fields);
        }
    };
    // Hashing is dear: not for everybody with a link, as often as they like.
    if let Err(seconds) = app.tries.address(&client) {
        return wants.later(seconds, &templates);
    }
    if app.users.by_email(&email).await?.is_some() {
        return gone(&templates);
    }
    let hash = app.passwords.hash(fields.password).await?;
    let now = app.time.seconds();
    let Some(user) = app.users.add(&email, &name, &hash, &[], now).await? else {
        return gone(&templates);
    };
    app.audit.note(user.id, "Made the account", &client);
    // New accounts are active; one that an administrator has locked meanwhile is sent to the login page.
    let logged_in = session.login_user(&user).await?;
    Ok(wants.go_on(if logged_in { "/account" } else { "/login" }))
}

/// For links that have been used, are too old, or never were good.
pub(super) fn gone(templates: &Templates<User>) -> Result<Response> {
    let error = "This link is not good any more: it counts once, and not for long.";
    error_page(StatusCode::GONE, error, templates)
}
