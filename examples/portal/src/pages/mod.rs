//! The site, a file for each part of it.

mod account;
mod admin;
mod api;
mod devices;
mod home;
mod keys;
mod login;
mod register;
mod reset;

use login_runtime::{LoginView, guarded::Router};

use crate::app::Routes;

/// Every route of the site.
pub(crate) fn routes() -> Routes {
    let account = account::routes()
        .nest("/devices", devices::routes())
        .nest("/keys", keys::routes());
    // Administrators have a page of their own to log in.
    let admin = admin::routes().layer(LoginView::new("/admin/login"));
    // Programs are not sent to any page.
    let api = api::routes().layer(LoginView::none());
    Router::new()
        .merge(home::routes())
        .merge(login::routes())
        .merge(register::routes())
        .merge(reset::routes())
        .merge(account::links())
        .nest("/account", account)
        .nest("/admin", admin)
        .nest("/api", api)
}
