use axum::{
    Router,
    http::{StatusCode, header::ACCEPT},
    routing::get,
};
use login_runtime::{LoginView, login_required};

use crate::support::{Site, redirect, set_cookies};

#[tokio::test]
async fn test_unauthorized_uses_authorized_handler() {
    let mut site = Site::with(|builder| {
        builder
            .login_view("/login")
            .unauthorized_handler(async || (StatusCode::UNAUTHORIZED, "This is secret!"))
    });
    let refused = site.get("/secret").await;
    assert_eq!(
        (refused.status(), &*refused.text()),
        (401, "This is secret!")
    );
    assert_eq!(refused.header("location"), "");
    assert!(set_cookies(&refused).is_empty(), "nothing is flashed");
}

#[tokio::test]
async fn test_unauthorized_aborts_with_401() {
    let mut site = Site::new();
    assert_eq!(site.get("/secret").await.status(), 401);
}

#[tokio::test]
async fn test_unauthorized_redirects_to_login_view() {
    let mut site = Site::with(|builder| builder.login_view("/login"));
    // In other words: 303, so that what was posted is not posted again to the login page.
    assert_eq!(
        redirect(&site.get("/secret").await),
        "/login?next=%2Fsecret"
    );
    let with_query = site.get("/secret?a=1&b=%C3%BC").await;
    let way_back = "/login?next=%2Fsecret%3Fa%3D1%26b%3D%25C3%25BC";
    assert_eq!(redirect(&with_query), way_back);
    // Whoever sends a credential is told that it does not count, and its key is not handed on.
    site.client = site.client.clone().program();
    let with_key = site.get("/secret?a=1&user_id=9000&b=%C3%BC").await;
    let login = format!("\"login\":\"{way_back}\"");
    assert_eq!(with_key.status(), 401);
    assert!(with_key.text().contains(&login), "{}", with_key.text());
    site.client.header(ACCEPT, "text/html");
    assert_eq!(redirect(&site.client.post("/secret", &[]).await), "/login");
}

#[login_required]
async fn page() -> &'static str {
    "page"
}

#[tokio::test]
async fn test_unauthorized_uses_blueprint_login_view() {
    let blueprint = || Router::new().route("/protected", get(page));
    let routes = Router::new()
        .nest("/first", blueprint().layer(LoginView::new("/first_login")))
        .nest(
            "/second",
            blueprint().layer(LoginView::new("/second_login")),
        )
        .nest("/third", blueprint());
    let mut site = Site::with_routes(routes, |builder| builder.login_view("/app_login"));
    for (path, location) in [
        ("/protected", "/app_login?next=%2Fprotected"),
        ("/first/protected", "/first_login?next=%2Ffirst%2Fprotected"),
        (
            "/second/protected",
            "/second_login?next=%2Fsecond%2Fprotected",
        ),
        ("/third/protected", "/app_login?next=%2Fthird%2Fprotected"),
    ] {
        assert_eq!(redirect(&site.get(path).await), location);
    }
}

#[tokio::test]
async fn test_set_login_view_without_blueprints() {
    let mut site = Site::with(|builder| builder.login_view("/app_login"));
    assert_eq!(
        redirect(&site.get("/protected").await),
        "/app_login?next=%2Fprotected"
    );
    assert_eq!(
        redirect(&site.get("/very-protected").await),
        "/app_login?next=%2Fvery-protected"
    );
}
