//! Where a user is logged in.

use axum::{
    Json,
    extract::{Path, State},
    response::{Html, Redirect},
};
use login_runtime::{
    Device, Flash, LoggedIn, LoginSession, Templates, fresh_login_required,
    guarded::{Router, get, post},
    login_required,
    store::LoginId,
};
use minijinja::context;
use serde::Serialize;

use crate::{
    answers::Result,
    app::{App, Routes},
    client::Client,
    templates::listed,
    users::User,
};

pub(super) fn routes() -> Routes {
    Router::new()
        .route("/", get(devices))
        .route("/list.json", get(list))
        .route("/end-others", post(end_others))
        .route("/{id}/end", post(end))
}

/// A device as pages show it.
#[derive(Serialize)]
pub(super) struct DeviceRow {
    id: String,
    current: bool,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: i64,
    last_seen_at: i64,
    remembered: bool,
}

impl From<Device> for DeviceRow {
    fn from(device: Device) -> Self {
        Self {
            id: device.id().to_string(),
            current: device.is_current(),
            user_agent: device.user_agent().map(str::to_owned),
            address: device.address().map(|it| it.to_string()),
            created_at: device.created_at().as_secs(),
            last_seen_at: device.last_seen_at().as_secs(),
            remembered: device.is_remembered(),
        }
    }
}

pub(super) fn rows(devices: Vec<Device>) -> Vec<DeviceRow> {
    devices.into_iter().map(DeviceRow::from).collect()
}

#[login_required(via = "session")]
async fn devices(session: LoginSession<User>, templates: Templates<User>) -> Result<Html<String>> {
    let devices = rows(session.logins().await?);
    Ok(templates.render("devices.html", context! { devices => listed(&devices) })?)
}

/// For the script of the page, which asks every few seconds whether the list is another one. A login
/// that was ended elsewhere is answered with 401, and the page then shows the login form.
#[login_required(via = "session")]
async fn list(session: LoginSession<User>) -> Result<Json<Vec<String>>> {
    let devices = session.logins().await?;
    Ok(Json(devices.iter().map(|it| it.id().to_string()).collect()))
}

#[fresh_login_required]
async fn end(
    user: LoggedIn<User>,
    session: LoginSession<User>,
    client: Client,
    flash: Flash,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Redirect> {
    // Of another user it ends nothing.
    let ended = match id.parse::<LoginId>() {
        Ok(id) => session.end_login(id).await?,
        Err(_) => false,
    };
    if ended {
        app.audit.note(user.id, "Ended a login", &client);
        flash.flash("The device is logged out.", "success")?;
    }
    Ok(Redirect::to("/account/devices"))
}

#[fresh_login_required]
async fn end_others(
    user: LoggedIn<User>,
    session: LoginSession<User>,
    client: Client,
    flash: Flash,
    State(app): State<App>,
) -> Result<Redirect> {
    session.logout_others().await?;
    app.audit.note(user.id, "Ended every other login", &client);
    flash.flash("You are logged in on this device alone.", "success")?;
    Ok(Redirect::to("/account/devices"))
}
