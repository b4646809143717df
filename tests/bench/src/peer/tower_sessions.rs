//! tower-sessions alone, reading one key: no user, no check, what every login on top of it pays.

use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use super::{HOME, Peer, Skew};
use crate::ask::Ask;

async fn dashboard(session: Session) -> Response {
    match session.get::<String>("name").await {
        Ok(Some(name)) => name.into_response(),
        Ok(None) => Redirect::to("/login?next=%2Fdashboard").into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn login(session: Session, Path(id): Path<i64>) -> StatusCode {
    match session.insert("name", format!("Ada Lovelace {id}")).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

async fn logout(session: Session) -> StatusCode {
    match session.flush().await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

pub(crate) fn peer() -> Peer {
    let app = Router::new()
        .route("/", get(async || HOME))
        .route("/dashboard", get(dashboard))
        .route("/login/{id}", post(login))
        .route("/logout", post(logout))
        .layer(SessionManagerLayer::new(MemoryStore::default()));
    Peer {
        name: "tower-sessions, one key",
        app,
        asks: &[
            Ask::PublicAnonymous,
            Ask::PublicWithCookie,
            Ask::Protected,
            Ask::Refused,
            Ask::Login,
            Ask::Logout,
        ],
        clock: Skew::default(),
    }
}
