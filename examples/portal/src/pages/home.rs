//! What everybody sees.

use axum::{
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use login_runtime::{
    Templates,
    guarded::{Router, get},
    public,
};

use crate::{
    answers::{Result, error_page},
    app::Routes,
    users::User,
};

pub(super) fn routes() -> Routes {
    Router::new()
        .route("/", get(home))
        .route("/portal.css", get(style))
        .route("/portal.js", get(script))
        .fallback(not_found)
}

#[public]
async fn home(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("home.html", ())?)
}

#[public]
async fn not_found(templates: Templates<User>) -> Result {
    error_page(StatusCode::NOT_FOUND, "There is no such page.", &templates)
}

#[public]
async fn style() -> Response {
    asset(
        "text/css; charset=utf-8",
        include_str!("../../static/portal.css"),
    )
}

#[public]
async fn script() -> Response {
    asset(
        "text/javascript; charset=utf-8",
        include_str!("../../static/portal.js"),
    )
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, text).into_response()
}
