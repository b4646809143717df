//! Session protection: who may go on with a session, and from where.

use std::net::{IpAddr, SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, Response, header::USER_AGENT},
};
use login_runtime::{LoginEvent, LoginEventKind, SessionProtection, testing::TestClient};
use tower::ServiceExt;

use crate::{
    site::{Builder, Site, copy_of, from_another_browser, secs, sets_cookies, who},
    users::ADA,
};

fn mode(mode: SessionProtection) -> impl FnOnce(Builder) -> Builder {
    move |builder| builder.session_protection(mode)
}

#[tokio::test]
async fn i18_basic_lets_another_client_go_on_but_not_fresh() {
    let site = Site::new();
    let mut client = site.logged_in("").await;
    site.events();
    let mut thief = copy_of(&client);
    from_another_browser(&mut thief);
    assert_eq!(who(&mut thief).await, "ada");
    assert_eq!(thief.get("/fresh").await.status(), 303);
    assert!(thief.get("/session").await.text().contains("fresh=false"));
    let protected = |event: &LoginEvent| {
        matches!(
            event.kind,
            LoginEventKind::SessionProtected { ended: false, .. }
        )
    };
    assert!(site.events().iter().any(protected));
    assert_eq!(
        client.get("/fresh").await.status(),
        200,
        "the owner notices nothing"
    );
    // Whoever enters the password makes that client the login's own.
    assert_eq!(thief.post("/confirm", &[]).await.status(), 200);
    assert_eq!(thief.get("/fresh").await.status(), 200);
}

#[tokio::test]
async fn i18_strong_ends_the_login_and_removes_both_cookies() {
    let site = Site::with(mode(SessionProtection::Strong));
    let mut client = site.logged_in("remember=true").await;
    let mut thief = copy_of(&client);
    from_another_browser(&mut thief);
    let response = thief.get("/me").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("anonymous", 2)
    );
    assert!(thief.cookies().is_empty() && site.store.is_empty().await);
    assert_eq!(who(&mut client).await, "anonymous");
    assert!(site.events().iter().any(|it| matches!(
        it.kind,
        LoginEventKind::SessionProtected { ended: true, .. }
    )));
}

#[tokio::test]
async fn i18_in_strong_a_request_loader_may_still_answer() {
    let site = Site::with(mode(SessionProtection::Strong));
    let mut client = site.logged_in("user=1").await;
    from_another_browser(&mut client).header("authorization".parse().unwrap(), "Bearer key-2");
    assert_eq!(who(&mut client).await, "grace");
}

#[tokio::test]
async fn i18_off_looks_at_nothing() {
    let site = Site::with(mode(SessionProtection::Off));
    let mut client = site.logged_in("").await;
    assert_eq!(site.records(ADA).await[0].identifier, None);
    from_another_browser(&mut client);
    assert_eq!(client.get("/fresh").await.status(), 200);
    client.without_header(&USER_AGENT);
    assert_eq!(client.get("/fresh").await.status(), 200);
}

#[tokio::test]
async fn i18_a_restore_makes_the_new_client_the_logins_own() {
    for protection in [SessionProtection::Basic, SessionProtection::Strong] {
        let site = Site::with(mode(protection));
        let mut client = site.logged_in("remember=true").await;
        client.cookies().remove("_session");
        site.clock.advance(secs(100));
        from_another_browser(&mut client);
        assert_eq!(who(&mut client).await, "ada");
        assert_eq!(who(&mut client).await, "ada", "{protection:?}");
        client.post("/confirm", &[]).await;
        assert_eq!(client.get("/fresh").await.status(), 200, "{protection:?}");
    }
}

#[tokio::test]
async fn i18_a_client_without_a_name_is_a_client_as_well() {
    let site = Site::with(mode(SessionProtection::Strong));
    let mut nameless = site.client();
    nameless.without_header(&USER_AGENT);
    assert_eq!(nameless.post("/login", &[]).await.status(), 200);
    assert_eq!(who(&mut nameless).await, "ada");
    // An identifier of 100 KB costs nothing in the store.
    let mut wordy = site.client();
    wordy.header(USER_AGENT, &"é".repeat(50_000));
    assert_eq!(wordy.post("/login", &[]).await.status(), 200);
    assert_eq!(who(&mut wordy).await, "ada");
    let kept = site
        .records(ADA)
        .await
        .iter()
        .filter_map(|it| it.user_agent.as_ref())
        .map(|it| it.len())
        .max();
    assert_eq!(kept, Some(256));
}

#[tokio::test]
async fn i18_forwarded_headers_change_nothing() {
    let site = Site::with(|builder| builder.session_protection(SessionProtection::Strong));
    let mut client = site.logged_in("").await;
    client.header("x-forwarded-for".parse().unwrap(), "198.51.100.1");
    client.header("forwarded".parse().unwrap(), "for=198.51.100.1");
    assert_eq!(client.get("/fresh").await.status(), 200);
}

async fn from(
    app: &Router,
    address: Option<&str>,
    method: &str,
    path: &str,
    cookie: &str,
) -> Response<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("accept", "text/html")
        .header("cookie", cookie)
        .body(Body::empty())
        .unwrap();
    if let Some(address) = address {
        let address: IpAddr = address.parse().unwrap();
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(address, 4711)));
    }
    app.clone().oneshot(request).await.unwrap()
}

#[tokio::test]
async fn i18_a_bound_network_is_part_of_the_client() {
    let site = Site::with(|builder| {
        builder
            .bind_network()
            .session_protection(SessionProtection::Strong)
    });
    for (home, near, far) in [
        ("192.0.2.1", "192.0.2.254", "192.0.3.1"),
        (
            "2001:db8:0:1ff::1",
            "2001:db8:0:100::9",
            "2001:db8:0:200::1",
        ),
        ("192.0.2.1", "::ffff:192.0.2.7", "2001:db8::1"),
    ] {
        let login = from(&site.app, Some(home), "POST", "/login", "").await;
        assert_eq!(login.status(), 200);
        let cookie = login.headers()["set-cookie"].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap();
        for (address, status) in [(home, 200), (near, 200), (far, 303), (home, 303)] {
            let response = from(&site.app, Some(address), "GET", "/dashboard", cookie).await;
            assert_eq!(response.status(), status, "{home} and then {address}");
        }
    }
}

#[tokio::test]
async fn i18_a_bound_network_without_an_address_is_an_error_for_logins_only() {
    let site = Site::with(Builder::bind_network);
    let mut stranger = site.client();
    assert_eq!(
        stranger.get("/me").await.status(),
        200,
        "only requests with a login are checked"
    );
    assert_eq!(stranger.get("/dashboard").await.status(), 303);
    assert_eq!(stranger.post("/login", &[]).await.status(), 500);
    let login = from(&site.app, Some("192.0.2.1"), "POST", "/login", "").await;
    let cookie = login.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let response = from(&site.app, None, "GET", "/dashboard", &cookie).await;
    assert_eq!(response.status(), 500);
    assert_eq!(site.records(ADA).await.len(), 1);
    let response = from(&site.app, Some("192.0.2.1"), "GET", "/dashboard", &cookie).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn i18_the_application_may_tell_the_address() {
    let site = Site::with(|builder| {
        builder
            .bind_network()
            .client_address(|parts| parts.headers.get("x-real-ip")?.to_str().ok()?.parse().ok())
    });
    let mut client: TestClient = site.client();
    client.header("x-real-ip".parse().unwrap(), "192.0.2.1");
    assert_eq!(client.post("/login", &[]).await.status(), 200);
    assert_eq!(
        site.records(ADA).await[0].address,
        Some("192.0.2.1".parse().unwrap())
    );
    assert_eq!(client.get("/fresh").await.status(), 200);
    client.header("x-real-ip".parse().unwrap(), "192.0.9.1");
    assert_eq!(client.get("/fresh").await.status(), 303);
    client.header("x-real-ip".parse().unwrap(), "garbage");
    assert_eq!(client.get("/fresh").await.status(), 500);
}
