//! Guards: before every other extractor, before the body, and never around a missing layer.

use std::convert::Infallible;

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{FromRequestParts, State},
    http::{HeaderName, Method, Request, request::Parts},
    middleware::{Next, from_fn},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use login_runtime::{
    CurrentUser, Flash, FlashedMessages, LoggedIn, LoginError, LoginEventKind, LoginRequiredLayer,
    LoginSession, NextUrl, fresh_login_required,
    guard::{Both, FreshLoginRequired, Guard, LoginRequired},
    login_required,
    testing::TestClient,
};
use login_tests::CountingBody;
use serde_json::Value;
use tower::ServiceExt;

use crate::{
    site::Site,
    users::{ADA, User, Users},
};

/// An extractor that counts as the body: nobody may get there without a login.
struct Trap;

impl<S: Send + Sync> FromRequestParts<S> for Trap {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        panic!("an extractor ran before the guard")
    }
}

#[login_required]
async fn takes_json(_: Trap, Json(_): Json<Value>) {}

#[fresh_login_required]
async fn takes_bytes(_: Trap, _: Bytes) {}

#[login_required]
async fn takes_request(_: Request<Body>) {}

async fn never() {
    panic!("the handler ran")
}

fn with_bodies() -> Site {
    Site::with_routes(
        |builder| builder,
        |router| {
            let layered = Router::new()
                .route("/layered", post(never))
                .route_layer(LoginRequiredLayer::new());
            router
                .route("/json", post(takes_json))
                .route("/bytes", post(takes_bytes))
                .route("/request", post(takes_request))
                .merge(layered)
        },
    )
}

#[tokio::test]
async fn i01_not_one_byte_of_the_body_is_read_before_the_guard() {
    let two_megabytes = vec![b'x'; 2 << 20];
    let bodies = [&two_megabytes[..], b"{\"broken\": ", b""];
    let site = with_bodies();
    for path in ["/json", "/bytes", "/request", "/layered", "/dashboard"] {
        for body in bodies {
            for (accept, expected) in [("text/html", 303), ("application/json", 401)] {
                let (body, polls) = CountingBody::new(body.to_vec());
                let request = Request::post(path)
                    .header("content-type", "application/json")
                    .header("accept", accept)
                    .body(body)
                    .unwrap();
                let response = site.app.clone().oneshot(request).await.unwrap();
                assert_eq!(response.status(), expected, "{path}");
                assert_eq!(polls.count(), 0, "{path} read from the body");
            }
        }
    }
}

#[tokio::test]
async fn i01_a_forged_login_and_a_stale_one_are_refused_before_the_body_as_well() {
    let site = with_bodies();
    let stale = site.logged_in("fresh=false").await.cookies().header();
    for (path, cookie) in [
        ("/json", "__Host-login_session=forged"),
        ("/bytes", &*stale),
    ] {
        let (body, polls) = CountingBody::new("{");
        let request = Request::post(path)
            .header("accept", "text/html")
            .header("cookie", cookie)
            .header("user-agent", "login-runtime test client")
            .body(body)
            .unwrap();
        let response = site.app.clone().oneshot(request).await.unwrap();
        assert_eq!(
            (response.status().as_u16(), polls.count()),
            (303, 0),
            "{path}"
        );
    }
}

#[tokio::test]
async fn i01_a_request_that_passes_the_guard_has_its_whole_body() {
    let site = Site::with_routes(
        |builder| builder,
        |router| router.route("/echo", post(echo)),
    );
    #[login_required]
    async fn echo(body: Bytes) -> Bytes {
        body
    }
    let cookie = site.logged_in("").await.cookies().header();
    let (body, polls) = CountingBody::new("the whole body");
    let request = Request::post("/echo")
        .header("cookie", cookie)
        .body(body)
        .unwrap();
    let response = site.app.clone().oneshot(request).await.unwrap();
    let echoed = axum::body::to_bytes(response.into_body(), 100)
        .await
        .unwrap();
    assert_eq!(echoed, "the whole body");
    assert_ne!(polls.count(), 0);
}

#[tokio::test]
async fn i01_options_is_answered_by_the_guard_and_never_by_the_handler() {
    let site = Site::with_routes(
        |builder| builder,
        |router| {
            let layered = Router::new()
                .route("/layered", axum::routing::any(never))
                .route_layer(LoginRequiredLayer::new());
            router
                .route("/guarded", axum::routing::any(guarded_never))
                .route("/logged-in", axum::routing::any(logged_in_never))
                .merge(layered)
        },
    );
    #[login_required]
    async fn guarded_never() {
        panic!("the handler ran")
    }
    async fn logged_in_never(_: LoggedIn<User>) {
        panic!("the handler ran")
    }
    for path in ["/guarded", "/layered", "/logged-in"] {
        let mut client = site.client();
        let response = client
            .send(Method::OPTIONS, path, Body::empty(), None)
            .await;
        assert_eq!((response.status(), &*response.text()), (200, ""), "{path}");
        assert!(client.cookies().is_empty(), "{path}");
    }
}

#[tokio::test]
async fn i01_a_stranger_gets_past_no_guard_by_any_method() {
    let site = Site::new();
    for path in ["/dashboard", "/fresh", "/fresh-in-10-minutes"] {
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW",
        ] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let mut client = site.client();
            let response = client.send(method.clone(), path, Body::empty(), None).await;
            assert_eq!(response.status(), 303, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn i13_a_missing_layer_is_a_500_for_everything_that_needs_one() {
    async fn fails(handler: axum::routing::MethodRouter) {
        let mut client = TestClient::new(Router::new().route("/", handler));
        let response = client.get("/").await;
        assert_eq!(response.status(), 500);
        assert!(
            !response.text().contains("layer"),
            "the reason is for the log alone"
        );
    }
    use axum::routing::get;
    #[login_required]
    async fn guarded() {}
    #[fresh_login_required(user = User)]
    async fn fresh() {}
    fails(get(guarded)).await;
    fails(get(fresh)).await;
    fails(get(async |_: CurrentUser<User>| ())).await;
    fails(get(async |_: LoggedIn<User>| ())).await;
    fails(get(async |_: Option<LoggedIn<User>>| ())).await;
    fails(get(async |_: LoginSession<User>| ())).await;
    fails(get(async |_: Flash| ())).await;
    fails(get(async |_: FlashedMessages| ())).await;
    fails(get(async |_: NextUrl| ())).await;
    fails(get(async || "").layer(LoginRequiredLayer::new())).await;
}

#[test]
fn i02_guards_are_made_by_requests_and_for_tests_alone() {
    fn is_guard<G: Guard>() {}
    is_guard::<LoginRequired>();
    is_guard::<Both<LoginRequired, FreshLoginRequired<600>>>();
    let guard: LoginRequired = LoginRequired::for_test();
    assert_eq!(format!("{guard:?}"), "LoginRequired");
    let guard: FreshLoginRequired = FreshLoginRequired::for_test();
    assert_eq!(format!("{guard:?}"), "FreshLoginRequired");
}

#[tokio::test]
async fn i02_a_rewritten_function_is_still_that_function() {
    struct Pages;
    impl Pages {
        /// In an impl block, with a generic, a where clause and an `impl Trait` argument.
        #[fresh_login_required(within = "10m", user = User)]
        #[allow(clippy::needless_pass_by_value)]
        pub(crate) async fn page<T>(
            State(state): State<T>,
            r#type: impl ToString,
        ) -> impl IntoResponse
        where
            T: ToString + Clone,
        {
            Redirect::to(&format!("/{}/{}", state.to_string(), r#type.to_string()))
        }
    }
    let guard = FreshLoginRequired::for_test();
    let response = Pages::page(guard, State(7), "x").await.into_response();
    assert_eq!(response.headers()["location"], "/7/x");
}

/// Logs ada in, on the word of a header that says how.
async fn log_in_before(
    _who_it_was: CurrentUser<User>,
    session: LoginSession<User>,
    request: Request<Body>,
    next: Next,
) -> Result<Response, LoginError> {
    if let Some(how) = request.headers().get("x-ada") {
        let ada = Users::new().get(ADA);
        session.login_user(&ada).fresh(how == "fresh").await?;
    }
    Ok(next.run(request).await)
}

#[tokio::test]
async fn whom_a_layer_logs_in_is_let_in_by_the_guards_behind_it() {
    #[login_required(via = "request")]
    async fn by_key() {}

    let site = Site::with_routes(
        |builder| builder,
        |router| {
            let router = router
                .route("/by-key", post(by_key))
                .route("/extracted", get(async |_: LoggedIn<User>| ()));
            router.layer(from_fn(log_in_before))
        },
    );
    let how = HeaderName::from_static("x-ada");
    let mut client = site.client();
    assert_eq!(client.get("/dashboard").await.status(), 303);
    client.header(how.clone(), "stale");
    assert_eq!(client.get("/dashboard").await.text(), "ada");
    assert_eq!(
        client.get("/fresh").await.header("location"),
        "/confirm?next=%2Ffresh"
    );
    client.header(how.clone(), "fresh");
    assert_eq!(client.get("/fresh").await.text(), "ada");
    assert_eq!(client.post("/by-key", &[]).await.status(), 401);
    // It is a login like any other.
    client.without_header(&how);
    assert_eq!(client.get("/fresh").await.text(), "ada");

    // But on no WebSocket that a page of another origin opens.
    let mut client = site.client();
    client.header(how.clone(), "fresh");
    client.header(HeaderName::from_static("upgrade"), "websocket");
    let origin = HeaderName::from_static("origin");
    client.header(origin.clone(), "https://other.example.com");
    for path in ["/dashboard", "/fresh", "/extracted"] {
        assert_eq!(client.get(path).await.status(), 403, "{path}");
    }
    assert_eq!(client.get("/me").await.text(), "anonymous");
    client.without_header(&origin);
    assert_eq!(client.get("/dashboard").await.status(), 403);

    // In place of whoever was logged in until then.
    let mut client = site.logged_in("user=2").await;
    assert_eq!(client.get("/dashboard").await.text(), "grace");
    client.header(how.clone(), "stale");
    site.events();
    client.get("/fresh").await;
    let refused: Vec<_> = site.events();
    let refused = refused
        .iter()
        .find(|event| matches!(event.kind, LoginEventKind::UserNeedsRefresh));
    let of = refused.and_then(|event| event.user_id.as_deref());
    assert_eq!(of, Some("1"), "the log names the one who was refused");
    let mut client = site.logged_in("user=2").await;
    client.header(how, "fresh");
    assert_eq!(client.get("/dashboard").await.text(), "ada");
    assert_eq!(site.records(2).await.len(), 0);
}
