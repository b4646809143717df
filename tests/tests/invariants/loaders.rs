//! Loaders and stores that fail, hang or panic, at every call there is.

use axum::{
    extract::{FromRequestParts, Request},
    http::request::Parts,
    response::Response,
    routing::get,
};
use login_runtime::{
    CurrentUser, LoginManager, LoginSession, login_required, request_loader, testing::TestClient,
    user_loader,
};
use login_tests::{Call, Fault, FaultyStore, is_remote, poll_at_most};

use crate::{
    site::{Site, key, secs, who},
    users::{ADA, User},
};

const GUARDED: [&str; 4] = ["/me", "/dashboard", "/fresh", "/fresh-in-10-minutes"];

#[tokio::test(start_paused = true)]
async fn a_user_loader_that_cannot_tell_is_503_and_never_anonymous() {
    for fault in Fault::ALL {
        let site = Site::new();
        let mut client = site.logged_in("remember=true").await;
        let cookies = client.cookies().clone();
        site.users.fail(Some(fault));
        for path in GUARDED {
            let response = client.get(path).await;
            assert_eq!(response.status(), 503, "{path}, {fault:?}");
            assert_eq!(response.header("cache-control"), "no-store");
            assert_eq!(response.header("set-cookie"), "", "{path}, {fault:?}");
        }
        assert_eq!(client.cookies().clone(), cookies);
        site.users.fail(None);
        assert_eq!(who(&mut client).await, "ada");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_loader_that_cannot_tell_is_503_and_never_anonymous() {
    for fault in Fault::ALL {
        let site = Site::new();
        let mut client = site.client();
        client.header("authorization".parse().unwrap(), "Bearer key-1");
        assert_eq!(who(&mut client).await, "ada");
        site.users.fail_keys(Some(fault));
        for path in GUARDED {
            let response = client.get(path).await;
            assert_eq!(response.status(), 503, "{path}, {fault:?}");
            assert_eq!(response.header("set-cookie"), "", "{path}, {fault:?}");
        }
        // Who comes with a cookie needs no key, so its loader is not asked.
        client.add(&site.logged_in("").await.cookies().clone());
        let loads = site.users.key_loads();
        assert_eq!(who(&mut client).await, "ada");
        assert_eq!(site.users.key_loads(), loads);
    }
}

/// Every request of a visitor's life, each failing at each of its calls of the store.
#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_tell_is_503_at_every_call_and_touches_no_login_cookie() {
    let requests = [
        ("GET", "/dashboard"),
        ("GET", "/session"),
        ("POST", "/login?user=1"),
        ("POST", "/login?user=2&remember=true"),
        ("POST", "/logout"),
        ("POST", "/confirm?user=1"),
        ("POST", "/logout-everywhere"),
        ("POST", "/logout-others"),
        ("GET", "/logins"),
    ];
    let mut points = 0;
    for restored in [false, true] {
        for (method, path) in requests {
            let calls = calls_of(method, path, restored).await;
            assert!(calls > 0);
            for nth in 1..=calls {
                for fault in Fault::ALL {
                    points += 1;
                    fails_closed(method, path, restored, nth, fault).await;
                }
            }
        }
    }
    assert!(points > 100, "only {points} points of failure");
}

async fn at_the_door(restored: bool) -> (Site, TestClient) {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    if restored {
        client.cookies().remove("_session");
        site.clock.advance(secs(100));
    }
    (site, client)
}

async fn calls_of(method: &str, path: &str, restored: bool) -> usize {
    let (site, mut client) = at_the_door(restored).await;
    site.faults.forget();
    let response = client
        .send(method.parse().unwrap(), path, "".into(), None)
        .await;
    assert_eq!(response.status(), 200, "{method} {path}");
    site.faults.calls().len()
}

async fn fails_closed(method: &str, path: &str, restored: bool, nth: usize, fault: Fault) {
    let (site, mut client) = at_the_door(restored).await;
    let at = format!("{method} {path}, restored: {restored}, call {nth}, {fault:?}");
    site.faults.fail_at(nth, fault);
    let response = client
        .send(method.parse().unwrap(), path, "".into(), None)
        .await;
    let failed = site.faults.calls()[nth - 1];
    // What only notes or tidies up fails alone.
    let notes = failed == Call::ListUser && path.starts_with("/login?");
    let matters = failed != Call::PurgeExpired && !notes;
    assert_eq!(
        response.status() == 503,
        matters,
        "{at}: {}",
        response.status()
    );
    if matters {
        let removed = response.headers().get_all("set-cookie").iter();
        let removed = removed.filter(|line| line.to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(removed.count(), 0, "{at} removed a cookie");
    }
    site.faults.forget();
    if matters && !path.starts_with("/logout") {
        assert_eq!(who(&mut client).await, "ada", "{at}: the old login is gone");
    } else {
        let who = who(&mut client).await;
        assert!(["ada", "grace", "anonymous"].contains(&&*who), "{at}");
        assert!(who != "grace" || path.contains("user=2"), "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_touch_or_acknowledgement_is_not_fatal() {
    for fault in Fault::ALL {
        let site = Site::new();
        let mut client = site.logged_in("").await;
        site.clock.advance(secs(120));
        // A record at hand that has to be written is looked at once more, as those that are awaited are.
        let reads = if is_remote() { 1 } else { 2 };
        site.faults.fail_at(reads + 1, fault);
        assert_eq!(who(&mut client).await, "ada", "{fault:?}");
        let read_and_touched = [vec![Call::Load; reads], vec![Call::Update]].concat();
        assert_eq!(site.faults.calls(), read_and_touched);
        assert_eq!(site.records(ADA).await[0].last_seen_at, crate::site::START);
    }
}

#[tokio::test]
async fn a_loader_that_asks_for_the_login_being_loaded_is_a_500() {
    #[user_loader]
    async fn load(id: u64, user: CurrentUser<User>) -> Option<User> {
        let _ = id;
        user.user().cloned()
    }
    #[request_loader]
    async fn load_from(user: CurrentUser<User>) -> Option<User> {
        user.user().cloned()
    }
    #[login_required]
    async fn guarded() {}
    let by_id = || LoginManager::builder(load, FaultyStore::memory());
    let by_request = LoginManager::builder_from_requests(FaultyStore::memory());
    // The user loader alone has nothing to load before there is a login.
    for (builder, as_stranger) in [
        (by_id().request_loader(load_from), 500),
        (by_request.request_loader(load_from), 500),
        (by_id(), 200),
    ] {
        let manager = builder.secret_key(key(1)).build().unwrap();
        let app = axum::Router::new()
            .route("/me", get(async |_: CurrentUser<User>| ()))
            .route("/guarded", get(guarded))
            .layer(manager.layer());
        let mut client = TestClient::new(app);
        assert_eq!(client.get("/me").await.status(), as_stranger);
        let refused = if as_stranger == 200 { 401 } else { 500 };
        assert_eq!(client.get("/guarded").await.status(), refused);
        let user = crate::users::Users::new().get(ADA);
        client.add(&manager.test_login(&user).await.unwrap());
        assert_eq!(client.get("/me").await.status(), 500);
        assert_eq!(client.get("/guarded").await.status(), 500);
    }
}

/// As where a middleware gives an extractor little time, and the handler asks again.
#[tokio::test]
async fn a_question_whose_asker_went_away_is_open_again() {
    async fn twice(request: Request) -> Result<String, Response> {
        let (mut parts, _) = request.into_parts();
        let user = CurrentUser::<User>::from_request_parts(&mut parts, &());
        assert!(
            poll_at_most(1, user).await.is_none(),
            "the loader was quick"
        );
        let user = CurrentUser::<User>::from_request_parts(&mut parts, &()).await?;
        Ok(user.user().map_or("anonymous", |user| user.name).to_owned())
    }
    async fn session_twice(request: Request) -> Result<String, Response> {
        let (mut parts, _) = request.into_parts();
        let session = LoginSession::<User>::from_request_parts(&mut parts, &());
        assert!(
            poll_at_most(1, session).await.is_none(),
            "the store was quick"
        );
        let session = LoginSession::<User>::from_request_parts(&mut parts, &()).await?;
        Ok(format!("{:?}", session.user_id()))
    }
    let site = Site::with_routes(
        |builder| builder,
        |router| {
            router
                .route("/twice", get(twice))
                .route("/session-twice", get(session_twice))
        },
    );
    let mut client = site.logged_in("").await;
    for slow_store in [false, true] {
        site.faults.yields(slow_store, false);
        assert_eq!(client.get("/twice").await.text(), "ada");
    }
    assert_eq!(client.get("/session-twice").await.text(), "Some(\"1\")");
}

#[tokio::test]
async fn a_loader_whose_extractor_refuses_is_a_503() {
    struct Refuses;
    impl<S: Send + Sync> FromRequestParts<S> for Refuses {
        type Rejection = &'static str;

        async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, &'static str> {
            Err("not today")
        }
    }
    #[user_loader]
    async fn load(id: u64, _: Refuses) -> Option<User> {
        let _ = id;
        None
    }
    let manager = LoginManager::builder(load, FaultyStore::memory())
        .secret_key(key(1))
        .build()
        .unwrap();
    let app = axum::Router::new()
        .route("/me", get(async |_: CurrentUser<User>| ()))
        .layer(manager.layer());
    let mut client = TestClient::new(app);
    assert_eq!(client.get("/me").await.status(), 200);
    let user = crate::users::Users::new().get(ADA);
    client.add(&manager.test_login(&user).await.unwrap());
    assert_eq!(client.get("/me").await.status(), 503);
}

#[tokio::test]
async fn the_login_is_resolved_once_a_request() {
    #[login_required]
    async fn thirsty(
        _: CurrentUser<User>,
        _: login_runtime::LoggedIn<User>,
        _: Option<login_runtime::LoggedIn<User>>,
        _: LoginSession<User>,
        _: CurrentUser<User>,
    ) {
    }
    let site = Site::with_routes(
        |builder| builder,
        |router| router.route("/thirsty", get(thirsty)),
    );
    let mut client = site.logged_in("").await;
    site.faults.forget();
    let loads = site.users.loads();
    assert_eq!(client.get("/thirsty").await.status(), 200);
    assert_eq!(site.faults.calls(), [Call::Load]);
    assert_eq!(site.users.loads(), loads + 1);
}
