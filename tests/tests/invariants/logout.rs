//! Ending logins: one's own, those of other devices, and from outside of any request.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::{Body, Bytes},
    http::Request,
    response::IntoResponse,
    routing::post,
};
use login_runtime::testing::TestClient;
use login_runtime::{
    CurrentUser, LoginError, LoginManager, LoginSession, UserMixin, login_required, store::LoginId,
    user_loader,
};
use login_tests::{Call, Fault, FaultyStore};
use tower::ServiceExt;

use crate::{
    site::{START, Site, copy_of, secs, sets_cookies, who},
    users::{ADA, GRACE, User},
};

#[tokio::test]
async fn i16_logout_needs_no_loader() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    site.users.fail(Some(Fault::Error));
    let loads = site.users.loads();
    let response = client.post("/logout", &[]).await;
    assert_eq!((response.status(), sets_cookies(&response).len()), (200, 2));
    assert_eq!(site.users.loads(), loads);
    assert!(client.cookies().is_empty() && site.store.is_empty().await);
    // Nor does logging in.
    assert_eq!(client.post("/login", &[]).await.status(), 200);
    assert_eq!(site.users.loads(), loads);
}

#[tokio::test]
async fn i16_logout_of_a_deleted_or_inactive_user_works() {
    let site = Site::new();
    let mut client = site.logged_in("user=1").await;
    site.users.delete(ADA);
    assert_eq!(who(&mut client).await, "anonymous");
    assert_eq!(site.records(ADA).await.len(), 1);
    assert_eq!(client.post("/logout", &[]).await.status(), 200);
    assert!(site.store.is_empty().await);
}

#[tokio::test]
async fn i16_removal_cookies_go_out_on_any_status() {
    for status in [200, 303, 404, 500, 503] {
        let site = Site::new();
        let mut client = site.logged_in("remember=true").await;
        let response = client.post(&format!("/logout?status={status}"), &[]).await;
        assert_eq!(
            (response.status(), sets_cookies(&response).len()),
            (status, 2)
        );
        assert!(client.cookies().is_empty() && site.store.is_empty().await);
    }
}

#[tokio::test]
async fn i16_logout_kills_every_copy_of_the_cookies() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    let copies = [copy_of(&client), copy_of(&client), copy_of(&client)];
    client.post("/logout", &[]).await;
    for (mut copy, without) in copies.into_iter().zip(["_none", "_session", "_remember"]) {
        copy.cookies().remove(without);
        assert_eq!(who(&mut copy).await, "anonymous", "without {without}");
        assert_eq!(copy.post("/confirm", &[]).await.status(), 401);
    }
    assert!(site.store.is_empty().await);
}

#[tokio::test]
async fn i16_a_logout_without_a_login_calls_no_store() {
    let site = Site::new();
    let mut client = site.client();
    client.cookies().set("__Host-login_session", "forged");
    assert_eq!(client.post("/logout", &[]).await.status(), 200);
    assert_eq!(site.faults.calls(), []);
}

#[tokio::test]
async fn i16_logins_are_ended_without_a_request() {
    let site = Site::new();
    let mut devices = [
        site.logged_in("user=1").await,
        site.logged_in("user=1&remember=true").await,
    ];
    let mut grace = site.logged_in("user=2").await;
    assert_eq!(site.manager.end_logins_of("1").await.unwrap(), 2);
    for device in &mut devices {
        assert_eq!(who(device).await, "anonymous");
    }
    assert_eq!(who(&mut grace).await, "grace");
    assert_eq!(site.manager.end_logins_of("1").await.unwrap(), 0);
    site.faults.fail_at(1, Fault::Error);
    let error = site.manager.end_logins_of("2").await.unwrap_err();
    assert!(error.to_string().contains("did not answer"), "{error}");
}

#[tokio::test]
async fn devices_are_listed_and_ended_by_their_owner_alone() {
    let site = Site::new();
    let mut here = site.logged_in("user=1").await;
    site.clock.advance(secs(1));
    let mut there = site.logged_in("user=1&remember=true").await;
    let mut grace = site.logged_in("user=2").await;
    let listed = here.get("/logins").await.text();
    let ids: Vec<LoginId> = listed.split(' ').map(|id| id.parse().unwrap()).collect();
    let [of_there, of_here] = ids[..] else {
        panic!("{listed}")
    };
    let of_grace = site.records(GRACE).await[0].id;
    assert_eq!(
        here.post(&format!("/end?id={of_grace}"), &[]).await.text(),
        "false"
    );
    assert_eq!(who(&mut grace).await, "grace");
    assert_eq!(
        here.post(&format!("/end?id={of_there}"), &[]).await.text(),
        "true"
    );
    assert_eq!(who(&mut there).await, "anonymous");
    assert_eq!(here.get("/logins").await.text(), of_here.to_string());
    let response = here.post(&format!("/end?id={of_here}"), &[]).await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("true", 2)
    );
    assert_eq!(who(&mut here).await, "anonymous");
    assert_eq!(here.get("/logins").await.status(), 401);
}

#[tokio::test]
async fn a_device_is_listed_while_its_session_or_its_remembered_part_lives() {
    let site = Site::with_routes(
        |builder| builder,
        |router| router.route("/devices", axum::routing::get(devices)),
    );
    async fn devices(
        session: LoginSession<User>,
        _: CurrentUser<User>,
    ) -> Result<String, LoginError> {
        let devices = session.logins().await?;
        let lines = devices.iter().map(|device| {
            let kind = if device.is_remembered() {
                "remembered"
            } else {
                "session"
            };
            let here = if device.is_current() { ", here" } else { "" };
            format!("{kind}{here}")
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort();
        Ok(lines.join("; "))
    }
    site.logged_in("").await;
    site.logged_in("remember=true&duration=7200").await;
    let at = async |seconds: i64| {
        site.clock.set(START + seconds);
        let mut here = site.logged_in("").await;
        let listed = here.get("/devices").await.text();
        here.post("/logout", &[]).await;
        listed
    };
    assert_eq!(at(1).await, "remembered; session; session, here");
    assert_eq!(at(3599).await, "remembered; session; session, here");
    assert_eq!(at(3600).await, "remembered; session, here");
    assert_eq!(at(7199).await, "remembered; session, here");
    assert_eq!(at(7200).await, "session, here");
}

/// An answer that was lost leaves a record whose cookies nobody has.
#[tokio::test]
async fn a_login_whose_cookies_never_came_back_is_no_device() {
    let site = Site::new();
    site.just_logged_in("").await;
    site.just_logged_in("remember=true").await;
    // Back for a moment, which is enough.
    site.logged_in("").await;
    let listed = async |client: &mut TestClient| {
        let listed = client.get("/logins").await.text();
        listed.split(' ').count()
    };
    site.clock.advance(secs(900));
    let mut here = site.just_logged_in("").await;
    assert_eq!(listed(&mut here).await, 4, "they may be on their way");
    site.clock.advance(secs(1));
    assert_eq!(listed(&mut here).await, 2);
    let all = site.manager.logins_of("1").await.unwrap();
    assert_eq!(all.len(), 4, "who administrates sees all records");
    assert_eq!(here.post("/logout-others", &[]).await.text(), "3");

    let mut alone = site.just_logged_in("user=2").await;
    site.clock.advance(secs(901));
    assert_eq!(listed(&mut alone).await, 1, "the one that asks is there");
}

#[tokio::test]
async fn logout_everywhere_and_logout_others_say_how_many() {
    let site = Site::new();
    let mut here = site.logged_in("user=1").await;
    let mut there = site.logged_in("user=1").await;
    let mut grace = site.logged_in("user=2").await;
    assert_eq!(here.post("/logout-others", &[]).await.text(), "1");
    assert_eq!(
        (who(&mut here).await, who(&mut there).await),
        ("ada".into(), "anonymous".into())
    );
    let mut there = site.logged_in("user=1").await;
    let response = here.post("/logout-everywhere", &[]).await;
    assert_eq!((&*response.text(), sets_cookies(&response).len()), ("2", 2));
    assert_eq!(who(&mut there).await, "anonymous");
    assert_eq!(who(&mut grace).await, "grace");
}

#[tokio::test]
async fn one_login_too_many_ends_the_least_recently_seen() {
    let site =
        Site::with(|builder| builder.max_logins_per_user(std::num::NonZeroUsize::new(2).unwrap()));
    let mut first = site.logged_in("").await;
    site.clock.advance(secs(1));
    let mut second = site.logged_in("").await;
    site.clock.advance(secs(60));
    assert_eq!(who(&mut first).await, "ada");
    let mut third = site.logged_in("").await;
    assert_eq!(who(&mut second).await, "anonymous");
    assert_eq!(
        (who(&mut first).await, who(&mut third).await),
        ("ada".into(), "ada".into())
    );
}

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct Reader {
    id: u64,
}

#[user_loader]
async fn load_reader(id: u64) -> Option<Reader> {
    Some(Reader { id })
}

/// A body that acts when it is streamed, after the head was sent.
#[tokio::test]
async fn acting_after_the_head_was_sent_is_an_error_and_a_logout_still_ends_the_record() {
    type Errors = Arc<Mutex<Vec<String>>>;
    let errors = Errors::default();
    let heard = Arc::clone(&errors);
    let stream = move |session: LoginSession<Reader>| {
        let heard = Arc::clone(&heard);
        async move {
            let act = async move {
                let reader = Reader { id: 2 };
                let outcomes: [Result<(), LoginError>; 3] = [
                    session.login_user(&reader).await.map(drop),
                    session.confirm_login(&Reader { id: 1 }).await,
                    session.logout_user().await,
                ];
                let outcomes = outcomes.iter().map(|outcome| format!("{outcome:?}"));
                heard.lock().unwrap().extend(outcomes);
            };
            late_body(act)
        }
    };
    let store = FaultyStore::memory();
    let manager = LoginManager::builder(load_reader, store.clone())
        .secret_key(crate::site::key(1))
        .build()
        .unwrap();
    let app = Router::new()
        .route("/", post(stream))
        .layer(manager.layer());
    let cookie = manager
        .test_login(&Reader { id: 1 })
        .await
        .unwrap()
        .header();
    let request = Request::post("/")
        .header("cookie", cookie)
        .body(Body::empty())
        .unwrap();
    let response = app.oneshot(request).await.unwrap();
    assert!(response.headers().get("set-cookie").is_none());
    assert_eq!(store.inner().len(), 1);
    axum::body::to_bytes(response.into_body(), 100)
        .await
        .unwrap();
    assert_eq!(*errors.lock().unwrap(), ["Err(AlreadySent)"; 3]);
    assert!(store.inner().is_empty(), "the logout was not forgotten");
}

fn late_body(act: impl Future<Output = ()> + Send + 'static) -> impl IntoResponse {
    Body::new(LateBody {
        act: Some(Box::pin(act)),
    })
}

struct LateBody {
    act: Option<std::pin::Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl http_body::Body for LateBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        if let Some(act) = &mut self.act {
            std::task::ready!(act.as_mut().poll(cx));
            self.act = None;
        }
        std::task::Poll::Ready(None)
    }
}

#[tokio::test]
async fn i16_logging_out_in_a_loop_of_races_never_lets_anybody_back_in() {
    #[login_required]
    async fn quiet(_: login_runtime::LoggedIn<User>) {}
    for round in 0..100_u64 {
        let site = Site::with_routes(
            |builder| builder,
            |router| router.route("/quiet", axum::routing::get(quiet)),
        );
        let mut client = site.logged_in("remember=true").await;
        if round % 2 == 0 {
            client.cookies().remove("_session");
        }
        site.clock.advance(secs(100));
        // The request that is under way stands at its compare-and-set, or has not read yet.
        let gate = site.faults.gate(if round % 4 < 2 {
            Call::Update
        } else {
            Call::Load
        });
        let mut late = copy_of(&client);
        let task = tokio::spawn(async move {
            late.get("/quiet").await;
            late
        });
        gate.reached().await;
        assert_eq!(client.post("/logout", &[]).await.status(), 200);
        gate.open();
        let mut late = task.await.unwrap();
        assert_eq!(who(&mut late).await, "anonymous", "round {round}");
        assert!(site.store.is_empty().await, "round {round}");
    }
}

/// A route that nobody guards, and where nobody has asked who the user is.
#[tokio::test]
async fn devices_are_for_a_user_who_is_known_to_be_one() {
    async fn devices(session: LoginSession<User>) -> Result<String, LoginError> {
        Ok(session.logins().await?.len().to_string())
    }
    async fn others(session: LoginSession<User>) -> Result<String, LoginError> {
        Ok(session.logout_others().await?.to_string())
    }
    let site = Site::with_routes(
        |builder| builder,
        |router| {
            router
                .route("/unsettled-devices", axum::routing::get(devices))
                .route("/unsettled-others", post(others))
        },
    );
    let mut client = site.logged_in("").await;
    site.logged_in("").await;
    assert_eq!(client.get("/unsettled-devices").await.status(), 500);
    assert_eq!(client.post("/unsettled-others", &[]).await.status(), 500);
    assert_eq!(site.records(ADA).await.len(), 2);
    // A login that a password change has ended is nobody's.
    site.users.edit(ADA, |user| user.password_hash.push('x'));
    for (method, path) in [
        ("GET", "/logins"),
        ("POST", "/logout-others"),
        ("POST", "/logout-everywhere"),
    ] {
        let response = client
            .send(method.parse().unwrap(), path, "".into(), None)
            .await;
        assert_eq!(response.status(), 401, "{path}");
    }
    assert_eq!(site.records(ADA).await.len(), 2);
}
