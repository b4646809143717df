//! For administrators: everybody's accounts and what happened to them.

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect},
};
use login_runtime::{
    CurrentUser, Flash, LoggedIn, LoginManager, LoginSession, NextUrl, Templates, UserMixin,
    fresh_login_required,
    guarded::{AccessRow, Router, get, post},
    login_required, public, roles_required,
};
use minijinja::context;

use super::{
    devices,
    login::{Checked, Credentials, check},
};
use crate::{
    answers::{Result, Sent, error_page},
    app::{App, Routes},
    client::Client,
    templates::listed,
    users::{Role, User},
};

pub(super) fn routes() -> Routes {
    Router::new()
        .route("/", get(users))
        .route("/login", get(login_form).post(login))
        .route("/activity", get(activity))
        .route("/access", get(access))
        .route("/users/{id}", get(user))
        .route("/users/{id}/disable", post(disable))
        .route("/users/{id}/enable", post(enable))
        .route("/users/{id}/end-logins", post(end_logins))
}

fn is_admin(user: &User) -> bool {
    user.roles.contains(&Role::Admin)
}

#[public]
async fn login_form(
    current_user: CurrentUser<User>,
    next: NextUrl,
    templates: Templates<User>,
) -> Result {
    if current_user.user().is_some_and(is_admin) && current_user.is_authenticated() {
        return Ok(Redirect::to(next.or("/admin")).into_response());
    }
    let page = templates.render("login.html", context! { admin => true })?;
    Ok(page.into_response())
}

/// Logs in administrators alone, and nobody for long.
#[public]
async fn login(
    session: LoginSession<User>,
    next: NextUrl,
    client: Client,
    templates: Templates<User>,
    State(app): State<App>,
    Sent { fields, wants }: Sent<Credentials>,
) -> Result {
    match check(&app, &client, &fields.email, fields.password).await? {
        Checked::Later(seconds) => return wants.later(seconds, &templates),
        Checked::Right(user) if is_admin(&user) && session.login_user(&user).await? => {
            return Ok(wants.go_on(next.or("/admin")));
        }
        Checked::Right(_) | Checked::Wrong => {}
    }
    let error = "That is not an administrator's address and password.";
    let page = context! { email => fields.email, admin => true };
    wants.again(
        StatusCode::UNAUTHORIZED,
        error,
        &templates,
        "login.html",
        page,
    )
}

#[login_required(via = "session")]
#[roles_required(Role::Admin)]
async fn users(templates: Templates<User>, State(app): State<App>) -> Result<Html<String>> {
    let users = app.users.all().await?;
    Ok(templates.render("admin.html", context! { users => listed(&users) })?)
}

#[login_required(via = "session")]
#[roles_required(Role::Admin)]
async fn activity(templates: Templates<User>, State(app): State<App>) -> Result<Html<String>> {
    let events = app.audit.latest(None).await?;
    Ok(templates.render(
        "activity.html",
        context! { events => listed(&events), admin => true },
    )?)
}

/// Who may call what.
#[login_required(via = "session")]
#[roles_required(Role::Admin)]
async fn access(templates: Templates<User>) -> Result<Html<String>> {
    let row = |row: &AccessRow| {
        let access = row.access.to_string();
        context! { method => row.method.clone(), path => row.path.clone(), access }
    };
    let table = super::routes().access_table();
    let rows: Vec<_> = table.iter().map(row).collect();
    Ok(templates.render("access.html", context! { rows })?)
}

#[login_required(via = "session")]
#[roles_required(Role::Admin)]
async fn user(
    Extension(login_manager): Extension<LoginManager<User>>,
    templates: Templates<User>,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Result {
    let Some(user) = app.users.by_id(id).await? else {
        return error_page(
            StatusCode::NOT_FOUND,
            "There is no such account.",
            &templates,
        );
    };
    let devices = devices::rows(login_manager.logins_of(&user.get_id()).await?);
    let events = app.audit.latest(Some(id)).await?;
    let page = templates.render(
        "admin_user.html",
        context! { user => listed(&user), devices => listed(&devices), events => listed(&events) },
    )?;
    Ok(page.into_response())
}

/// Disables an account: its logins are over at once, by `#[login(active)]`, and off the list of devices.
#[fresh_login_required]
#[roles_required(Role::Admin)]
async fn disable(
    admin: LoggedIn<User>,
    Extension(login_manager): Extension<LoginManager<User>>,
    client: Client,
    flash: Flash,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Result<Redirect> {
    if id == admin.id {
        flash.flash("You cannot disable your own account.", "error")?;
    } else {
        app.users.set_active(id, false).await?;
        login_manager.end_logins_of(&id.to_string()).await?;
        app.audit
            .note(id, "Was disabled by an administrator", &client);
        flash.flash("The account is disabled.", "success")?;
    }
    Ok(Redirect::to(&format!("/admin/users/{id}")))
}

#[fresh_login_required]
#[roles_required(Role::Admin)]
async fn enable(
    client: Client,
    flash: Flash,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Result<Redirect> {
    app.users.set_active(id, true).await?;
    app.audit
        .note(id, "Was enabled by an administrator", &client);
    flash.flash("The account is enabled.", "success")?;
    Ok(Redirect::to(&format!("/admin/users/{id}")))
}

#[fresh_login_required]
#[roles_required(Role::Admin)]
async fn end_logins(
    Extension(login_manager): Extension<LoginManager<User>>,
    client: Client,
    flash: Flash,
    State(app): State<App>,
    Path(id): Path<i64>,
) -> Result<Redirect> {
    let ended = login_manager.end_logins_of(&id.to_string()).await?;
    app.audit
        .note(id, "Was logged out by an administrator", &client);
    let s = if ended == 1 { "" } else { "s" };
    flash.flash(format!("{ended} login{s} ended."), "success")?;
    Ok(Redirect::to(&format!("/admin/users/{id}")))
}
