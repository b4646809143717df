//! Which pages may open a WebSocket with the login's cookie.

use axum::{body::Body, http::Request};
use tower::ServiceExt;

use crate::site::Site;

async fn status(
    site: &Site,
    cookie: &str,
    headers: &[(&str, &str)],
    method: &str,
    uri: &str,
) -> u16 {
    let mut request = Request::builder()
        .method(method)
        .uri(uri)
        .header("cookie", cookie);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    site.app
        .clone()
        .oneshot(request)
        .await
        .unwrap()
        .status()
        .as_u16()
}

#[tokio::test]
async fn i17_a_websocket_with_a_cookie_needs_an_origin_of_this_site_or_a_trusted_one() {
    let site = Site::with(|builder| builder.trusted_origin("https://app.example"));
    let cookie = site.logged_in("remember=true").await.cookies().header();
    let (host, upgrade) = (("host", "site.example"), ("upgrade", "websocket"));
    for (origin, expected) in [
        (None, 403),
        (Some("https://site.example"), 200),
        (Some("https://SITE.example"), 200),
        (Some("https://app.example"), 200),
        (Some("http://app.example"), 403),
        (Some("http://site.example"), 403),
        (Some("ws://site.example"), 403),
        (Some("https://app.example:444"), 403),
        (Some("https://evil.example"), 403),
        (Some("https://site.example.evil.example"), 403),
        (Some("https://evil.example/?https://site.example"), 403),
        (Some("https://sub.site.example"), 403),
        (Some("https://site.example:444"), 403),
        (Some("null"), 403),
        (Some("site.example"), 403),
        (Some(""), 403),
    ] {
        let mut headers = vec![host, upgrade];
        headers.extend(origin.map(|origin| ("origin", origin)));
        assert_eq!(
            status(&site, &cookie, &headers, "GET", "/dashboard").await,
            expected,
            "{origin:?}"
        );
    }
    let two = [
        host,
        upgrade,
        ("origin", "https://site.example"),
        ("origin", "https://site.example"),
    ];
    assert_eq!(status(&site, &cookie, &two, "GET", "/dashboard").await, 403);
    let evil = ("origin", "https://evil.example");
    for value in ["WebSocket", "h2c, websocket", "websocket/13", " websocket "] {
        let headers = [host, evil, ("upgrade", value)];
        assert_eq!(
            status(&site, &cookie, &headers, "GET", "/dashboard").await,
            403,
            "{value}"
        );
    }
    // Everything else is for CSRF protection to say.
    assert_eq!(
        status(&site, &cookie, &[host, evil], "POST", "/dashboard").await,
        200
    );
    assert_eq!(
        status(
            &site,
            &cookie,
            &[host, evil, ("upgrade", "h2c")],
            "GET",
            "/dashboard"
        )
        .await,
        200
    );
}

#[tokio::test]
async fn i17_so_does_an_extended_connect() {
    let site = Site::new();
    let cookie = site.logged_in("").await.cookies().header();
    let connect = async |headers: &[(&str, &str)]| {
        status(
            &site,
            &cookie,
            headers,
            "CONNECT",
            "https://site.example/dashboard",
        )
        .await
    };
    assert_eq!(connect(&[]).await, 403);
    assert_eq!(connect(&[("origin", "https://evil.example")]).await, 403);
    assert_eq!(connect(&[("origin", "https://site.example")]).await, 200);
    // The authority of the request counts, not a `Host` that somebody added.
    let forged = [("origin", "https://evil.example"), ("host", "evil.example")];
    assert_eq!(connect(&forged).await, 403);
}

#[tokio::test]
async fn i17_an_api_key_needs_no_origin_and_a_foreign_page_ends_no_login() {
    let site = Site::new();
    let mut client = site.logged_in("").await;
    let cookie = client.cookies().header();
    let evil = [
        ("host", "site.example"),
        ("upgrade", "websocket"),
        ("origin", "https://evil.example"),
    ];
    let with_key = [&evil[..], &[("authorization", "Bearer key-2")]].concat();
    assert_eq!(
        status(&site, &cookie, &with_key, "GET", "/dashboard").await,
        200
    );
    assert_eq!(status(&site, &cookie, &evil, "POST", "/logout").await, 200);
    assert_eq!(crate::site::who(&mut client).await, "ada");
}

#[tokio::test]
async fn i17_a_page_over_plain_http_opens_one_where_plain_http_is_switched_on() {
    let site = Site::with(login_runtime::LoginManagerBuilder::insecure_cookies_over_plain_http);
    let cookie = site.logged_in("").await.cookies().header();
    for (origin, expected) in [
        ("http://site.example", 200),
        ("https://site.example", 200),
        ("http://evil.example", 403),
        ("ws://site.example", 403),
    ] {
        let headers = [
            ("host", "site.example"),
            ("upgrade", "websocket"),
            ("origin", origin),
        ];
        let status = status(&site, &cookie, &headers, "GET", "/dashboard").await;
        assert_eq!(status, expected, "{origin}");
    }
}
