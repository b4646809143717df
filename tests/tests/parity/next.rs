use axum::http::header::HOST;
use login_runtime::{SessionProtection, login_url};

use crate::support::{Builder, Site, redirect, set_cookie};

fn next_in_cookie(builder: Builder) -> Builder {
    builder
        .login_view("/login")
        .refresh_view("/refresh-view")
        .next_in_cookie(true)
}

/// The refused page is kept in a cookie, until a login uses it up.
async fn keeps_next(site: &mut Site, path: &str, view: &str) {
    let refused = site.get(path).await;
    assert_eq!(redirect(&refused), view);
    assert!(set_cookie(&refused, "_next").is_some());
    // The form that is shown may look at it, and what the form sends finds it still.
    assert_eq!(site.text(view).await, path);
    assert_eq!(site.text(view).await, path);
    site.text("/login-notch").await;
    assert_eq!(site.text(view).await, "nowhere");
}

#[tokio::test]
async fn test_unauthorized_with_next_in_session() {
    keeps_next(&mut Site::with(next_in_cookie), "/secret", "/login").await;
}

#[tokio::test]
async fn test_unauthorized_with_next_in_strong_session() {
    let strong = |it: Builder| next_in_cookie(it).session_protection(SessionProtection::Strong);
    keeps_next(&mut Site::with(strong), "/secret", "/login").await;
}

#[tokio::test]
async fn test_refresh_with_next_in_session() {
    let mut site = Site::with(next_in_cookie);
    site.text("/login-notch-not-fresh").await;
    keeps_next(&mut site, "/needs-refresh", "/refresh-view").await;
}

#[test]
fn test_make_next_param() {
    let here = "http://localhost/profile";
    assert_eq!(login_url("/login").make_next_param(here), "/profile");
    assert_eq!(
        login_url("https://localhost/login").make_next_param(here),
        here
    );
    assert_eq!(
        login_url("http://accounts.localhost/login").make_next_param(here),
        here
    );
}

#[test]
fn test_login_url_generation() {
    let here = "http://localhost/protected";
    let url = |view| login_url(view).next(here).to_string();
    assert_eq!(
        login_url("/login").next(here).next_field("n").to_string(),
        "/login?n=%2Fprotected"
    );
    assert_eq!(url("/login"), "/login?next=%2Fprotected");
    assert_eq!(
        url("https://auth.localhost/login"),
        "https://auth.localhost/login?next=http%3A%2F%2Flocalhost%2Fprotected"
    );
    assert_eq!(
        url("/login?affil=cgnu"),
        "/login?affil=cgnu&next=%2Fprotected"
    );
}

#[test]
fn test_login_url_no_next_url() {
    assert_eq!(login_url("/foo").to_string(), "/foo");
}

#[tokio::test]
async fn test_unauthorized_uses_host_from_next_url() {
    let mut site = Site::with(|builder| builder.login_view("/login"));
    site.client.header(HOST, "foo.com");
    assert_eq!(
        redirect(&site.get("/secret").await),
        "/login?next=%2Fsecret"
    );
    // A request target may name a host as well.
    assert_eq!(
        redirect(&site.get("http://evil.example/secret").await),
        "/login?next=%2Fsecret"
    );
}

#[tokio::test]
async fn test_unauthorized_uses_host_from_config_when_available() {
    let mut site = Site::with(|builder| {
        builder
            .login_view("/login")
            .refresh_view("/refresh-view")
            .force_host_for_redirects("https://good.com")
    });
    site.client.header(HOST, "bad.com");
    let refused = site.get("/secret").await;
    assert_eq!(redirect(&refused), "https://good.com/login?next=%2Fsecret");
    site.text("/login-notch-not-fresh").await;
    let refused = site.get("/needs-refresh").await;
    assert_eq!(
        redirect(&refused),
        "https://good.com/refresh-view?next=%2Fneeds-refresh"
    );
}
