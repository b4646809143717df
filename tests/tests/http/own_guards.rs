//! Guards of the application's own, and what stands around handlers that have one.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    extract::{FromRequestParts, Request},
    handler::Handler,
    http::{StatusCode, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use login_runtime::{
    LoggedIn, LoginManager,
    guard::{Access, Both, FreshLoginRequired, Guard, LoginRequired, NoLogin, Public},
    guarded::{MethodRouter, Router, get},
    login_required, roles_required,
    testing::TestClient,
};

use crate::staff::{ADMIN, EDITOR, PLAIN, Role, User, log_in, manager};

/// Even users, for the sake of a rule that no attribute knows.
struct Even(());

impl<S: Send + Sync> FromRequestParts<S> for Even {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let user = LoggedIn::<User>::from_request_parts(parts, state).await?;
        match user.id % 2 {
            0 => Ok(Self(())),
            _ => Err(StatusCode::IM_A_TEAPOT.into_response()),
        }
    }
}

impl Guard for Even {
    type Whose = User;

    fn describe(access: &mut Access) {
        LoginRequired::<User>::describe(access);
        access.also.push("an even id".to_owned());
    }
}

/// Whoever comes with the header `x-office`; it forgets to note what it asks for.
struct FromTheOffice(());

impl<S: Send + Sync> FromRequestParts<S> for FromTheOffice {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let there = parts.headers.contains_key("x-office");
        there.then_some(Self(())).ok_or(StatusCode::NOT_FOUND)
    }
}

impl Guard for FromTheOffice {
    type Whose = NoLogin;

    fn describe(_: &mut Access) {}
}

#[tokio::test]
async fn a_guard_of_the_applications_own_stands_in_the_router_and_its_table() {
    let manager = manager();
    let router = Router::new()
        .route("/even", get(async |_: Even, _: LoggedIn<User>| "even"))
        .route("/office", get(async |_: FromTheOffice| "office"))
        .route(
            "/both",
            get(async |_: Both<FromTheOffice, Both<FreshLoginRequired, Even>>| "both"),
        )
        .route(
            "/public",
            get(async |_: Both<Public, FromTheOffice>| "hardly public"),
        );
    assert_eq!(
        format!("{:#}", router.access_table()),
        "GET  /both    fresh login of User, FromTheOffice, an even id\n\
         GET  /even    login of User, an even id\n\
         GET  /office  FromTheOffice\n\
         GET  /public  FromTheOffice\n",
    );
    let closed = router.access_table();
    assert!(closed.iter().all(|row| !row.access.is_public()));
    let mut client = TestClient::new(router.with_login(&manager));
    assert_eq!(client.get("/even").await.status(), 401);
    assert_eq!(client.get("/office").await.status(), 404);
    assert_eq!(client.get("/both").await.status(), 404);
    assert_eq!(client.get("/public").await.status(), 404);
    log_in(&mut client, &manager, PLAIN).await;
    assert_eq!(client.get("/even").await.status(), 418);
    client.header("x-office".parse().expect("a name"), "1");
    assert_eq!(client.get("/office").await.text(), "office");
    assert_eq!(client.get("/public").await.text(), "hardly public");
    assert_eq!(client.get("/both").await.status(), 418);
    log_in(&mut client, &manager, EDITOR).await;
    assert_eq!(client.get("/even").await.text(), "even");
    assert_eq!(client.get("/both").await.text(), "both");
}

/// What a handler of a layered route is called with, and how often.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

#[login_required]
#[roles_required(Role::Admin)]
async fn admins(axum::Extension(runs): axum::Extension<Runs>) -> &'static str {
    runs.0.fetch_add(1, Ordering::SeqCst);
    "admins"
}

async fn stamp(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response
        .headers_mut()
        .insert("x-stamp", "1".parse().expect("a value"));
    response
}

#[tokio::test]
async fn a_layer_around_a_handler_leaves_its_guard_where_it_is() {
    let (manager, runs) = (manager(), Runs::default());
    let stamped = admins
        .layer(axum::Extension(runs.clone()))
        .layer(middleware::from_fn(stamp));
    let routes: MethodRouter<LoginManager<User>> = get(stamped.clone()).post(stamped);
    let router = Router::new().route("/", routes);
    for row in &router.access_table() {
        assert_eq!(row.access.to_string(), "login, role admin");
        assert_eq!(row.handler, "admins");
    }
    let mut client = TestClient::new(router.with_login(&manager));
    let refused = client.get("/").await;
    assert_eq!((refused.status(), runs.count()), (401, 0));
    assert_eq!(refused.header("x-stamp"), "1");
    assert_eq!(client.post("/", &[]).await.status(), 401);
    log_in(&mut client, &manager, PLAIN).await;
    assert_eq!((client.get("/").await.status(), runs.count()), (403, 0));
    log_in(&mut client, &manager, ADMIN).await;
    assert_eq!(
        (client.get("/").await.text(), runs.count()),
        ("admins".to_owned(), 1)
    );
}
