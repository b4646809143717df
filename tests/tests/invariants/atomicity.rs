//! Logins that are cut off: dropped futures, panics, answers of 5xx.

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use login_runtime::testing::TestClient;
use login_tests::poll_at_most;
use tower::ServiceExt;

use crate::{
    site::{Site, copy_of, secs, who},
    users::{ADA, GRACE},
};

/// What is cut off, for somebody who is logged in as Ada and remembered.
const ACTIONS: [&str; 7] = [
    "/dashboard",
    "/login?user=1",
    "/login?user=2&remember=true",
    "/confirm?user=1",
    "/logout",
    "/logout-others",
    "/logout-everywhere",
];

async fn at_the_door(restored: bool) -> (Site, TestClient) {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    if restored {
        client.cookies().remove("_session");
        site.clock.advance(secs(100));
    }
    (site, client)
}

async fn poll(
    times: usize,
    app: &Router,
    client: &mut TestClient,
    path: &str,
) -> Option<Response<Body>> {
    let request = Request::post(path)
        .header("cookie", client.cookies().header())
        .header("user-agent", "login-runtime test client")
        .body(Body::empty())
        .unwrap();
    poll_at_most(times, app.clone().oneshot(request))
        .await
        .map(Result::unwrap)
}

#[tokio::test]
async fn i07_a_dropped_request_leaves_the_old_login_whole_or_the_new_one_made_and_the_old_one_gone()
{
    let (mut points, mut carried_out) = (0, 0);
    for restored in [false, true] {
        for path in ACTIONS {
            for times in 0.. {
                let (site, mut client) = at_the_door(restored).await;
                let old = site.records(ADA).await[0].id;
                site.faults.yields(true, false);
                let done = poll(times, &site.app, &mut client, path).await;
                // What has begun runs to its end in a task of its own.
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
                site.faults.forget();
                if let Some(response) = done {
                    assert_eq!(response.status(), 200, "{path}");
                    assert!(times > 1, "{path} awaited nothing");
                    break;
                }
                points += 1;
                let at = format!("{path}, restored: {restored}, dropped after {times} polls");
                let logins = [site.records(ADA).await, site.records(GRACE).await].concat();
                // Ending the logins of other devices is done by then, and so is a login that had begun:
                // the browser has not heard of either.
                let ended = path == "/logout-everywhere" && logins.is_empty();
                let replaced = path.starts_with("/login?") && logins.iter().all(|it| it.id != old);
                carried_out += usize::from(replaced);
                let expected = if ended || replaced {
                    "anonymous"
                } else {
                    "ada"
                };
                assert_eq!(
                    logins.len(),
                    usize::from(!ended),
                    "{at}: one login or the other"
                );
                assert_eq!(who(&mut client).await, expected, "{at}");
                site.clock.advance(secs(100));
                assert_eq!(
                    who(&mut client).await,
                    expected,
                    "{at}, and after the grace"
                );
            }
        }
    }
    assert!(points >= 30, "only {points} points");
    assert!(carried_out > 0, "no login had begun");
}

#[tokio::test]
async fn i07_a_request_dropped_after_the_store_acted_is_done_or_not_and_nothing_between() {
    for restored in [false, true] {
        for path in ACTIONS {
            for times in 0.. {
                let (site, mut client) = at_the_door(restored).await;
                let mut bystander = site.logged_in("user=2").await;
                site.faults.yields(true, true);
                let done = poll(times, &site.app, &mut client, path).await;
                site.faults.forget();
                let at = format!("{path}, restored: {restored}, dropped after {times} polls");
                // The answer never came, so the client has its old cookies: it is Ada or nobody.
                let who_is_it = who(&mut client).await;
                assert!(
                    ["ada", "anonymous"].contains(&&*who_is_it),
                    "{at}: {who_is_it}"
                );
                assert_eq!(who(&mut bystander).await, "grace", "{at}");
                // Whoever it is can log in, which leaves one login of that browser.
                assert_eq!(
                    client.post("/login?user=1", &[]).await.status(),
                    200,
                    "{at}"
                );
                assert_eq!(who(&mut client).await, "ada", "{at}");
                if done.is_some() {
                    break;
                }
            }
        }
    }
}

#[tokio::test]
async fn i07_an_answer_of_5xx_leaves_the_old_login_whole() {
    for restored in [false, true] {
        for path in [
            "/login?user=2&remember=true&status=500",
            "/confirm?status=503",
        ] {
            let (site, mut client) = at_the_door(restored).await;
            assert_eq!(client.post(path, &[]).await.status() / 100, 5);
            assert_eq!(
                who(&mut client).await,
                "ada",
                "{path}, restored: {restored}"
            );
            assert!(site.records(GRACE).await.is_empty());
            assert_eq!(site.records(ADA).await.len(), 1);
        }
    }
    let site = Site::new();
    let mut stranger = site.client();
    let response = stranger.post("/login?status=500", &[]).await;
    assert_eq!(
        (response.header("set-cookie"), site.records(ADA).await.len()),
        ("", 0)
    );
    // Everything below counts as an answer, 4xx included.
    let response = stranger.post("/login?status=422", &[]).await;
    assert_eq!(
        (response.status(), who(&mut stranger).await.as_str()),
        (422, "ada")
    );
}

#[tokio::test]
async fn i07_a_panic_that_passes_the_layer_leaves_the_old_login_whole() {
    for restored in [false, true] {
        for path in [
            "/login?user=2&remember=true&panic=true",
            "/confirm?panic=true",
        ] {
            let (site, mut client) = at_the_door(restored).await;
            let app = site.app.clone();
            let mut same = copy_of(&client);
            let task = tokio::spawn(async move { poll(99, &app, &mut same, path).await.is_some() });
            assert!(task.await.unwrap_err().is_panic());
            assert_eq!(
                who(&mut client).await,
                "ada",
                "{path}, restored: {restored}"
            );
            site.clock.advance(secs(100));
            assert_eq!(
                who(&mut client).await,
                "ada",
                "{path}, restored: {restored}"
            );
            assert!(site.records(GRACE).await.is_empty());
        }
    }
}

#[tokio::test]
async fn i07_a_hook_that_panics_does_not_cut_a_login_off() {
    let site = Site::with(|builder| builder.on_event(|event| panic!("{event:?}, on purpose")));
    let mut client = site.logged_in("remember=true").await;
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(client.post("/confirm", &[]).await.status(), 200);
    assert_eq!(client.post("/login?user=2", &[]).await.status(), 200);
    assert_eq!(who(&mut client).await, "grace");
    assert_eq!(client.post("/logout", &[]).await.status(), 200);
    assert_eq!(who(&mut client).await, "anonymous");
}

#[tokio::test]
async fn i07_a_login_that_fails_half_way_leaves_no_second_record_behind() {
    for call in [1, 2, 5] {
        let site = Site::new();
        let mut client = site.logged_in("").await;
        let before = site.records(ADA).await;
        // The last login has just looked for logins to forget.
        site.clock.advance(secs(10));
        // Load, create and, after a list and a purge that may fail, the deletion of the old record.
        site.faults.fail_at(call, login_tests::Fault::Error);
        assert_eq!(
            client.post("/login?user=1", &[]).await.status() / 100,
            5,
            "call {call}"
        );
        site.faults.forget();
        let matters = site.records(ADA).await;
        assert_eq!(matters, before, "call {call}");
        assert_eq!(who(&mut client).await, "ada");
    }
}
