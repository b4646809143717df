use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Extension, Json, Router,
    body::Body,
    http::Method,
    routing::{any, post},
};
use login_runtime::{fresh_login_required, login_required};

use crate::support::Site;

/// How often a handler ran.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn add(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn get(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[login_required]
async fn counted(Extension(runs): Extension<Runs>) -> &'static str {
    runs.add();
    tokio::task::yield_now().await;
    "Access Granted"
}

#[fresh_login_required]
async fn counted_fresh(Extension(runs): Extension<Runs>) -> &'static str {
    runs.add();
    "Access Granted"
}

#[login_required]
async fn number(Json(number): Json<u32>) -> String {
    number.to_string()
}

fn counting() -> (Runs, Site) {
    let runs = Runs::default();
    let routes = Router::new()
        .route("/counted", any(counted))
        .route("/counted-fresh", any(counted_fresh))
        .layer(Extension(runs.clone()));
    (runs, Site::with_routes(routes, |builder| builder))
}

#[tokio::test]
async fn test_options_call_exempt() {
    // deviation: the guard answers OPTIONS itself, so the handler does not run for a stranger.
    let (runs, mut site) = counting();
    for path in ["/counted", "/counted-fresh"] {
        let preflight = site
            .client
            .send(Method::OPTIONS, path, Body::empty(), None)
            .await;
        assert_eq!(
            (preflight.status(), &*preflight.text()),
            (200, ""),
            "{path}"
        );
        for method in [Method::HEAD, Method::TRACE, Method::GET, Method::POST] {
            let refused = site
                .client
                .send(method.clone(), path, Body::empty(), None)
                .await;
            assert_eq!(refused.status(), 401, "{method} {path}");
        }
    }
    assert_eq!(runs.get(), 0);
    site.text("/login-notch").await;
    for path in ["/counted", "/counted-fresh"] {
        let allowed = site
            .client
            .send(Method::OPTIONS, path, Body::empty(), None)
            .await;
        assert_eq!(
            (allowed.status(), &*allowed.text()),
            (200, "Access Granted"),
            "{path}"
        );
    }
    assert_eq!(runs.get(), 2);
}

#[tokio::test]
async fn test_login_required_decorator() {
    let routes = Router::new().route("/number", post(number));
    let mut site = Site::with_routes(routes, |builder| builder);
    assert_eq!(site.get("/protected").await.status(), 401);
    let broken = || Body::from("not json");
    let refused = site
        .client
        .send(Method::POST, "/number", broken(), None)
        .await;
    assert_eq!(refused.status(), 401);
    site.text("/login-notch").await;
    assert_eq!(site.text("/protected").await, "Access Granted");
    // Behind the guard the extractor has its say.
    let json = Some("application/json");
    assert_eq!(
        site.client
            .send(Method::POST, "/number", broken(), json)
            .await
            .status(),
        400
    );
}

#[tokio::test]
async fn test_login_required_decorator_with_async() {
    let (runs, mut site) = counting();
    assert_eq!(site.get("/counted").await.status(), 401);
    assert_eq!(runs.get(), 0);
    site.text("/login-notch").await;
    assert_eq!(site.text("/counted").await, "Access Granted");
    assert_eq!(runs.get(), 1);
}

#[tokio::test]
async fn test_fresh_login_required_decorator() {
    let mut site = Site::new();
    assert_eq!(site.get("/very-protected").await.status(), 401);
    site.text("/login-notch-remember").await;
    assert_eq!(site.text("/very-protected").await, "Access Granted");
    site.lose_session();
    assert_eq!(site.get("/very-protected").await.status(), 401);
    assert_eq!(site.text("/protected").await, "Access Granted");
    site.text("/confirm-login").await;
    assert_eq!(site.text("/very-protected").await, "Access Granted");
}
