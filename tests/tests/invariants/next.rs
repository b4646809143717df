//! The page to return to: kept safely, read once, checked again.

use std::time::Instant;

use axum::{
    body::Body,
    http::{Method, Request},
    routing::post,
};
use login_runtime::{NextRule, NextUrl};
use tower::ServiceExt;

use crate::site::{Site, secs, sets_cookies};

async fn location(site: &Site, target: &str) -> String {
    let request = Request::get(target)
        .header("accept", "text/html")
        .body(Body::empty())
        .unwrap();
    let response = site.app.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 303);
    response.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn i11_next_is_the_path_that_was_asked_for_on_this_site() {
    let site = Site::new();
    for (target, next) in [
        ("/dashboard", "?next=%2Fdashboard"),
        (
            "/dashboard?a=1&b=%2F",
            "?next=%2Fdashboard%3Fa%3D1%26b%3D%252F",
        ),
        ("http://evil.example/dashboard", "?next=%2Fdashboard"),
        (
            "/dashboard?next=//evil.example",
            "?next=%2Fdashboard%3Fnext%3D%2F%2Fevil.example",
        ),
    ] {
        assert_eq!(
            location(&site, target).await,
            format!("/login{next}"),
            "{target}"
        );
    }
    // What would be too long is dropped.
    let fits = format!("/dashboard?{}", "x".repeat(2000));
    assert!(location(&site, &fits).await.len() > 2000);
    let not = format!("/dashboard?{}", "x".repeat(2048));
    assert_eq!(location(&site, &not).await, "/login");
    let not_once_encoded = format!("/dashboard?{}", "/".repeat(1000));
    assert_eq!(location(&site, &not_once_encoded).await, "/login");
}

#[tokio::test]
async fn i11_a_target_with_a_host_is_dropped() {
    let site = Site::with_routes(|builder| builder, |router| router.fallback(guarded));
    #[login_runtime::login_required]
    async fn guarded() {}
    for target in [
        "//evil.example/a",
        "//evil.example",
        "/..//evil.example",
        "/%2e%2e//evil.example",
        "/a/./b",
    ] {
        assert_eq!(location(&site, target).await, "/login", "{target}");
    }
    assert_eq!(location(&site, "/a//b").await, "/login?next=%2Fa%2F%2Fb");
}

#[tokio::test]
async fn i11_next_url_yields_paths_on_this_site_only() {
    let site = Site::new();
    for (next, read) in [
        ("%2Finbox%3Fpage%3D2", "/inbox?page=2"),
        ("%2F%2Fevil.example", ""),
        ("https%3A%2F%2Fevil.example", ""),
        ("%2F%5Cevil.example", ""),
        ("%09%2F%2Fevil.example", ""),
        ("javascript%3Aalert(1)", ""),
        ("%FF%FE", ""),
        ("", ""),
    ] {
        let page = site
            .client()
            .get(&format!("/login?next={next}"))
            .await
            .text();
        assert_eq!(page, format!("next={read} messages="), "{next}");
    }
    let huge = format!("/login?next=%2F{}", "x".repeat(60_000));
    assert_eq!(site.client().get(&huge).await.text(), "next= messages=");
}

#[tokio::test]
async fn i11_a_next_of_one_mebibyte_takes_bounded_time() {
    let site = Site::new();
    // A request target has at most 64 KiB, so the whole of it is for the rule alone.
    let target = format!("/{}", "x".repeat(1 << 20));
    let long = [
        format!("/dashboard?{}", &target[..60_000]),
        format!("/login?next={}", &target[..60_000]),
        format!("/login?{}next=/", "next=//a&".repeat(6_000)),
    ];
    let started = Instant::now();
    assert_eq!(NextRule::default().check(&target), None);
    assert_eq!(location(&site, &long[0]).await, "/login");
    for long in &long[1..] {
        assert_eq!(site.client().get(long).await.text(), "next= messages=");
    }
    assert!(started.elapsed() < secs(1), "{:?}", started.elapsed());
}

#[tokio::test]
async fn i11_allowed_hosts_are_followed_by_name() {
    let site = Site::with(|builder| builder.allow_next_host("app.example"));
    for (next, read) in [
        ("https://app.example/a", "https://app.example/a"),
        ("http://app.example/a", ""),
        ("https://app.example.evil.example/a", ""),
        ("https://app.example:8443/a", ""),
    ] {
        let page = site
            .client()
            .get(&format!("/login?next={next}"))
            .await
            .text();
        assert_eq!(page, format!("next={read} messages="));
    }
}

#[tokio::test]
async fn i11_a_next_in_a_cookie_expires_is_used_up_by_the_login_and_is_checked_again() {
    let kept = |builder: crate::site::Builder| builder.next_in_cookie(true);
    let site = Site::with(kept);
    let mut client = site.client();
    let response = client.get("/dashboard?a=1").await;
    assert_eq!(response.header("location"), "/login");
    let mut late = client.clone();
    for visit in ["the form", "the form once more"] {
        let page = client.get("/login").await.text();
        assert!(page.starts_with("next=/dashboard?a=1 "), "{visit}: {page}");
    }
    let mut failed = client.clone();
    let response = failed.post("/login?status=500", &[]).await;
    assert_eq!(response.status(), 500);
    assert!(failed.cookies().get("_next").is_some(), "nobody logged in");
    client.post("/login", &[]).await;
    assert!(client.cookies().get("_next").is_none(), "used up");
    assert!(client.get("/login").await.text().starts_with("next= "));
    // The query does not count here, and neither does what somebody else put into the cookie.
    assert!(
        client
            .get("/login?next=/inbox")
            .await
            .text()
            .starts_with("next= ")
    );
    client.cookies().set("__Host-login_next", "garbage");
    assert!(client.get("/login").await.text().starts_with("next= "));
    client.post("/login", &[]).await;
    assert!(client.cookies().get("_next").is_none());
    site.clock.advance(secs(3599));
    assert!(
        late.clone()
            .get("/login")
            .await
            .text()
            .starts_with("next=/dashboard")
    );
    site.clock.advance(secs(1));
    assert!(late.get("/login").await.text().starts_with("next= "));
}

#[tokio::test]
async fn i11_a_post_is_not_returned_to() {
    let site = Site::with(|builder| builder.next_in_cookie(true));
    let mut client = site.client();
    assert_eq!(
        client.post("/dashboard", &[]).await.header("location"),
        "/login"
    );
    assert!(client.cookies().get("_next").is_none());
}

#[tokio::test]
async fn i11_a_logout_leaves_no_kept_next_to_whoever_logs_in_then() {
    let site = Site::with(|builder| builder.next_in_cookie(true));
    let mut client = site.logged_in("fresh=false").await;
    client.get("/fresh?of=ada").await;
    assert!(client.cookies().get("_next").is_some());
    let answer = client.post("/logout", &[]).await;
    assert!(client.cookies().get("_next").is_none(), "{answer:?}");
    assert!(client.get("/login").await.text().starts_with("next= "));
    // Who has none is sent no removal of it.
    let answer = client.post("/logout", &[]).await;
    let lines = sets_cookies(&answer);
    assert!(
        lines.iter().all(|line| !line.contains("_next=")),
        "{lines:?}"
    );
}

#[tokio::test]
async fn i11_a_confirmation_uses_a_kept_next_up_and_a_prefetch_keeps_none() {
    let site = Site::with(|builder| builder.next_in_cookie(true));
    let mut client = site.logged_in("fresh=false").await;
    client.header("sec-purpose".parse().unwrap(), "prefetch");
    let prefetched = client.get("/fresh").await;
    assert_eq!(prefetched.header("location"), "/confirm");
    assert_eq!(sets_cookies(&prefetched), [""; 0]);
    client.without_header(&"sec-purpose".parse().unwrap());
    client.get("/fresh").await;
    assert!(client.cookies().get("_next").is_some());
    // What a script asks for in the background is not where somebody wants to go.
    let mut script = client.clone().program();
    let refused = script.get("/fresh-in-10-minutes").await;
    assert_eq!(sets_cookies(&refused), [""; 0]);
    assert!(refused.text().contains("\"login\":\"/confirm\""));
    client.post("/confirm", &[]).await;
    assert!(client.cookies().get("_next").is_none());
}

#[tokio::test]
async fn i11_a_field_of_the_form_is_checked_like_the_query_and_comes_after_it() {
    let target = async |next: NextUrl, body: String| {
        let field = body.strip_prefix("next=");
        next.or_field(field).or("nowhere").to_owned()
    };
    let edit = |builder: crate::site::Builder| builder.allow_next_host("app.example");
    let site = Site::with_routes(edit, |router| router.route("/target", post(target)));
    let mut client = site.client();
    for (path, field, expected) in [
        ("/target", "/inbox", "/inbox"),
        ("/target?next=/first", "/inbox", "/first"),
        ("/target?next=//evil.example", "/inbox", "/inbox"),
        ("/target", "https://app.example/a", "https://app.example/a"),
        ("/target", "https://evil.example/a", "nowhere"),
        ("/target", "//evil.example", "nowhere"),
    ] {
        let body = Body::from(format!("next={field}"));
        let response = client.send(Method::POST, path, body, None).await;
        assert_eq!(response.text(), expected, "{path} with {field}");
    }
}
