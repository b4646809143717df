//! What caches are told.

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
    routing::{MethodRouter, get, post},
};
use login_runtime::{
    CurrentUser, FlashedMessages, LoginError, LoginManager, LoginRequiredLayer, LoginSession,
    NextUrl, request_loader, testing::TestClient,
};
use login_tests::FaultyStore;

use crate::{
    site::{Site, key, sets_cookies},
    users::{ADA, User, Users, load_user},
};

const OWN: (&str, &str) = ("cache-control", "private, max-age=60");

#[request_loader(header = "x-api-key")]
async fn by_header(key: String) -> Option<User> {
    (key == "ada").then(|| Users::new().get(ADA))
}

#[request_loader(query = "api_key")]
async fn by_query(key: String) -> Option<User> {
    (key == "ada").then(|| Users::new().get(ADA))
}

#[request_loader]
async fn by_anything(headers: HeaderMap) -> Option<User> {
    headers
        .contains_key("x-anything")
        .then(|| Users::new().get(ADA))
}

fn site() -> Site {
    Site::with_routes(
        |builder| builder,
        |router| {
            router
                .route("/cached", get(async |_: CurrentUser<User>| [OWN]))
                .route(
                    "/not-modified",
                    get(async |_: CurrentUser<User>| (StatusCode::NOT_MODIFIED, [OWN])),
                )
                .route("/public-cached", get(async || [OWN]))
                .route("/shown", get(async |_: FlashedMessages| [OWN]))
                .route("/logout-304", post(logout))
        },
    )
}

async fn logout(session: LoginSession<User>) -> Result<impl IntoResponse, LoginError> {
    session.logout_user().await?;
    Ok((StatusCode::NOT_MODIFIED, [OWN]))
}

async fn headers(client: &mut TestClient, path: &str) -> (String, String) {
    let response = client.get(path).await;
    (
        response.header("vary").to_owned(),
        response.header("cache-control").to_owned(),
    )
}

#[tokio::test]
async fn vary_names_every_source_that_was_looked_at() {
    let site = site();
    let mut stranger = site.client();
    assert_eq!(
        headers(&mut stranger, "/public-cached").await,
        (String::new(), OWN.1.to_owned())
    );
    assert_eq!(
        headers(&mut stranger, "/me").await.0,
        "cookie, authorization"
    );
    // The record alone comes from cookies alone.
    assert_eq!(headers(&mut stranger, "/session").await.0, "cookie");
    // Whoever has a cookie is found before the loaders are looked at.
    let mut ada = site.logged_in("").await;
    assert_eq!(headers(&mut ada, "/me").await.0, "cookie");
    assert_eq!(headers(&mut stranger, "/messages").await.0, "cookie");
}

#[tokio::test]
async fn vary_names_the_loaders_headers_and_an_opaque_loader_forbids_storing() {
    let site = Site::with(|builder| builder.request_loader(by_header).request_loader(by_query));
    let mut client = site.client();
    assert_eq!(
        headers(&mut client, "/me").await,
        ("cookie, authorization, x-api-key".into(), String::new())
    );
    assert_eq!(headers(&mut client, "/me?api_key=ada").await.1, "no-store");
    let refused = client.get("/dashboard?b=1&api%5Fkey=none&c").await;
    assert_eq!(refused.status(), 401, "whoever sends a key is a program");
    let mut program = site.client().program();
    let refused = program.get("/dashboard?b=1&api%5Fkey=none&c").await;
    assert!(
        refused
            .text()
            .contains("\"login\":\"/login?next=%2Fdashboard%3Fb%3D1%26c\""),
        "{}",
        refused.text()
    );
    client.header("x-api-key".parse().unwrap(), "ada");
    assert_eq!(client.get("/me").await.text(), "ada");

    let site = Site::with(|builder| builder.request_loader(by_anything));
    let mut client = site.client();
    assert_eq!(
        headers(&mut client, "/me").await.1,
        "no-store",
        "a stranger's page as well"
    );
    assert_eq!(
        headers(&mut site.logged_in("").await, "/me").await.1,
        "no-store"
    );
    client.header("authorization".parse().unwrap(), "Bearer key-1");
    assert_eq!(client.get("/me").await.text(), "ada");
}

/// Each refusal names what it went by, whichever were made before it.
#[tokio::test]
async fn vary_names_what_a_refusal_went_by_and_nothing_else() {
    fn guarded<S: Clone + Send + Sync + 'static>(layer: LoginRequiredLayer) -> MethodRouter<S> {
        get(async || ()).layer(layer)
    }
    const WORDS: &str = "accept, x-requested-with, hx-request, x-up-version";
    let kinds = [
        ("/any", 303, format!("cookie, authorization, {WORDS}")),
        // A key lets nobody in here, but who has one is told so.
        (
            "/session-only",
            303,
            format!("cookie, authorization, {WORDS}"),
        ),
        ("/request-only", 401, format!("authorization, {WORDS}")),
    ];
    for order in [
        [0, 1, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
        [1, 0, 2],
        [0, 2, 1],
    ] {
        let site = Site::with_routes(
            |builder| builder.login_message(""),
            |router| {
                let layer = LoginRequiredLayer::new;
                router
                    .route("/any", guarded(layer()))
                    .route("/session-only", guarded(layer().via_session()))
                    .route("/request-only", guarded(layer().via_request()))
            },
        );
        let mut stranger = site.client();
        for (path, status, vary) in order.map(|at| &kinds[at]) {
            let response = stranger.get(path).await;
            assert_eq!(response.status(), *status, "{path}");
            assert_eq!(response.header("vary"), *vary, "{path} in {order:?}");
        }
        // What is no refusal says nothing of how it would be worded.
        assert_eq!(
            headers(&mut stranger, "/me").await.0,
            "cookie, authorization"
        );
    }
    // Without a request loader there is nothing but the cookie to go by.
    let manager = LoginManager::builder(load_user, FaultyStore::memory())
        .secret_key(key(1))
        .with_state::<()>(Users::new())
        .build()
        .unwrap();
    let app = Router::new()
        .route("/any", guarded(LoginRequiredLayer::new()))
        .route(
            "/request-only",
            guarded(LoginRequiredLayer::new().via_request()),
        )
        .layer(manager.layer());
    let mut stranger = TestClient::new(app);
    assert_eq!(
        headers(&mut stranger, "/any").await.0,
        format!("cookie, {WORDS}")
    );
    // And who looks at no cookie either goes by the client alone.
    assert_eq!(headers(&mut stranger, "/request-only").await.0, WORDS);
}

#[tokio::test]
async fn nothing_of_a_user_is_stored_unless_the_application_says_so() {
    let site = site();
    let mut ada = site.logged_in("").await;
    for path in ["/me", "/session", "/dashboard", "/no-such-page"] {
        let asked = path != "/no-such-page";
        assert_eq!(
            headers(&mut ada, path).await.1 == "no-store",
            asked,
            "{path}"
        );
    }
    assert_eq!(headers(&mut ada, "/cached").await.1, OWN.1);
    assert_eq!(headers(&mut ada, "/not-modified").await.1, OWN.1);
    let mut stranger = site.client();
    assert_eq!(headers(&mut stranger, "/me").await.1, "");
    assert_eq!(headers(&mut stranger, "/cached").await.1, OWN.1);
    stranger.header("authorization".parse().unwrap(), "Bearer key-1");
    assert_eq!(headers(&mut stranger, "/me").await.1, "no-store");
}

#[tokio::test]
async fn what_carries_our_cookies_or_shows_a_message_is_never_stored() {
    let site = site();
    let mut client = site.client();
    for (path, cookies) in [
        ("/login?remember=true&status=303", 2),
        ("/flash", 1),
        ("/login?status=404", 2),
        ("/logout-304", 3),
    ] {
        let response = client.post(path, &[]).await;
        assert_eq!(sets_cookies(&response).len(), cookies, "{path}");
        assert_eq!(response.header("cache-control"), "no-store", "{path}");
    }
    client.post("/flash", &[]).await;
    let response = client.get("/shown").await;
    assert_eq!(
        (response.header("cache-control"), response.header("vary")),
        ("no-store", "cookie")
    );
    // With nothing to show it is the application's own.
    assert_eq!(headers(&mut client, "/shown").await.1, OWN.1);
    // A restore sets cookies on whatever is answered.
    let mut client = site.logged_in("remember=true").await;
    client.cookies().remove("_session");
    site.clock.advance(crate::site::secs(100));
    let response = client.get("/not-modified").await;
    assert_eq!(
        (response.status(), response.header("cache-control")),
        (304, "no-store")
    );
    assert_eq!(sets_cookies(&response).len(), 2);
}

#[tokio::test]
async fn a_next_cookie_that_is_looked_for_is_in_vary() {
    let site = Site::with_routes(
        |builder| builder.next_in_cookie(true),
        |router| router.route("/next", get(async |next: NextUrl| next.or("/").to_owned())),
    );
    let mut client = site.client();
    assert_eq!(headers(&mut client, "/next").await.0, "cookie");
    client.get("/dashboard").await;
    let response = client.get("/next").await;
    assert_eq!(
        (&*response.text(), response.header("vary")),
        ("/dashboard", "cookie")
    );
    // It shows what nobody else wanted, and stays until the login, which removes the cookie.
    assert_eq!(response.header("cache-control"), "no-store");
}
