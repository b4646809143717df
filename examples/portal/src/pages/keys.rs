//! A user's API keys.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect},
};
use login_runtime::{
    Flash, LoggedIn, Templates, fresh_login_required,
    guarded::{Router, get, post},
    login_required,
};
use minijinja::context;
use serde::Deserialize;

use crate::{
    answers::{Failure, Result, Sent},
    app::{App, Routes},
    client::Client,
    templates::listed,
    users::{User, name},
};

pub(super) fn routes() -> Routes {
    Router::new()
        .route("/", get(keys).post(make))
        .route("/{id}/revoke", post(revoke))
}

#[login_required(via = "session")]
async fn keys(
    user: LoggedIn<User>,
    templates: Templates<User>,
    State(app): State<App>,
) -> Result<Html<String>> {
    let keys = app.keys.of(user.id).await?;
    Ok(templates.render("keys.html", context! { keys => listed(&keys) })?)
}

#[derive(Deserialize)]
struct KeyFields {
    name: String,
}

/// A fresh login alone makes keys, and what a key brings is never fresh: a key that could make keys could
/// not be revoked.
#[fresh_login_required]
async fn make(
    user: LoggedIn<User>,
    client: Client,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<KeyFields>,
) -> Result {
    let made = match name(&fields.name) {
        None => Err("Give the key a name of at most 100 characters."),
        Some(name) => {
            let key = app.keys.make(user.id, &name, app.time.seconds()).await;
            key.map_err(Failure::unavailable)?
                .ok_or("You have 20 keys. Revoke one first.")
        }
    };
    let keys = app.keys.of(user.id).await?;
    match made {
        Ok(new) => {
            app.audit.note(user.id, "Made an API key", &client);
            // In the answer itself and nowhere else: it is shown once.
            let context = context! { keys => listed(&keys), new };
            Ok(templates.render("keys.html", context)?.into_response())
        }
        Err(error) => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            wants.again(
                status,
                error,
                &templates,
                "keys.html",
                context! { keys => listed(&keys) },
            )
        }
    }
}

#[login_required(via = "session")]
async fn revoke(
    user: LoggedIn<User>,
    client: Client,
    flash: Flash,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Result<Redirect> {
    if app.keys.revoke(user.id, id).await? {
        app.audit.note(user.id, "Revoked an API key", &client);
        flash.flash("The key is revoked.", "success")?;
    }
    Ok(Redirect::to("/account/keys"))
}
