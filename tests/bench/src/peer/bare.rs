//! axum without any login, and with a layer that does nothing.

use std::task::{Context, Poll};

use axum::{
    Router,
    extract::{Path, Request},
    http::StatusCode,
    response::Redirect,
    routing::{get, post},
};
use tower_layer::Layer;
use tower_service::Service;

use super::{HOME, Peer, Skew};
use crate::ask::Ask;

/// The answers alone: what is above this row's time is the login's.
pub(crate) fn peer(name: &'static str) -> Peer {
    let name_of_user = get(async || "Ada Lovelace 1".to_owned());
    let done = post(async || StatusCode::NO_CONTENT);
    let done_for = post(async |Path(_): Path<i64>| StatusCode::NO_CONTENT);
    let app = Router::new()
        .route("/", get(async || HOME))
        .route("/dashboard", name_of_user.clone())
        .route("/fresh", name_of_user.clone())
        .route("/api", name_of_user)
        .route(
            "/refused",
            get(async || Redirect::to("/login?next=%2Fdashboard")),
        )
        .route("/login/{id}", done_for.clone())
        .route("/remember/{id}", done_for)
        .route("/logout", done);
    Peer {
        name,
        app,
        asks: Ask::ALL,
        clock: Skew::default(),
    }
}

/// axum boxes every layer that is put around a route; this is what that alone costs.
pub(crate) fn with_no_op_layer() -> Peer {
    let mut peer = peer("no-op layer");
    peer.app = peer.app.layer(NoOpLayer);
    peer
}

#[derive(Clone)]
struct NoOpLayer;

#[derive(Clone)]
struct NoOp<S>(S);

impl<S> Layer<S> for NoOpLayer {
    type Service = NoOp<S>;

    fn layer(&self, inner: S) -> NoOp<S> {
        NoOp(inner)
    }
}

impl<S: Service<Request>> Service<Request> for NoOp<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> S::Future {
        self.0.call(request)
    }
}
