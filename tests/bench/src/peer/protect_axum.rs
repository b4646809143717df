//! protect-axum: rights by an attribute. It has no sessions; its extractor reads an API key.

use std::collections::HashSet;

use axum::{
    Extension, Router,
    extract::Request,
    http::header::AUTHORIZATION,
    response::{Redirect, Response},
    routing::get,
};
use protect_axum::GrantsLayer;

use super::{HOME, Peer, Skew};
use crate::{
    ask::Ask,
    user::{User, Users, owner_of},
};

/// Who asks, and that they may: as its documentation has an extractor do it.
async fn rights(request: &mut Request) -> Result<HashSet<String>, Response> {
    let header = request.headers().get(AUTHORIZATION);
    let key = header.and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "));
    let (Some(id), Some(users)) = (
        key.and_then(owner_of),
        request.extensions().get::<Users>().cloned(),
    ) else {
        return Ok(HashSet::new());
    };
    Ok(match users.find(id).await {
        Ok(Some(user)) => {
            request.extensions_mut().insert(user);
            HashSet::from(["LOGGED_IN".to_owned()])
        }
        _ => HashSet::new(),
    })
}

#[protect_axum::protect("LOGGED_IN")]
async fn api(Extension(user): Extension<User>) -> String {
    user.name
}

#[protect_axum::protect("LOGGED_IN", error = "to_login")]
async fn dashboard() -> &'static str {
    "nobody comes here without a key"
}

fn to_login() -> Redirect {
    Redirect::to("/login?next=%2Fdashboard")
}

pub(crate) fn peer(users: &Users) -> Peer {
    let app = Router::new()
        .route("/", get(async || HOME))
        .route("/dashboard", get(dashboard))
        .route("/api", get(api))
        .layer(GrantsLayer::with_extractor(rights))
        .layer(Extension(users.clone()));
    Peer {
        name: "protect-axum",
        app,
        asks: &[Ask::PublicAnonymous, Ask::Refused, Ask::ApiKey],
        clock: Skew::default(),
    }
}
