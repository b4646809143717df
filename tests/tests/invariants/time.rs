//! Limits, to the second, and clocks that are wrong.

use std::time::Duration;

use login_runtime::{Clock, LoginSession, store::LoginStore, testing::TestClient};
use login_tests::{Call, Record};

use crate::{
    site::{START, Site, copy_of, secs, who},
    users::{ADA, User},
};

const HOUR: u64 = 3600;
const TEN_YEARS: i64 = 10 * 366 * 86_400;

/// Whether each of two equal clients is still let in `before` and at `limit` seconds from now.
async fn ends_at(site: &Site, client: &TestClient, path: &str, limit: u64) {
    let (mut early, mut late) = (copy_of(client), copy_of(client));
    site.clock.advance(secs(limit - 1));
    assert_eq!(
        early.get(path).await.status(),
        200,
        "{path}, a second early"
    );
    site.clock
        .set(site_time(site) - i64::try_from(limit - 1).unwrap());
    // From a state that the early request did not touch.
    site.clock.advance(secs(limit));
    assert_eq!(late.get(path).await.status(), 303, "{path}, to the second");
}

fn site_time(site: &Site) -> i64 {
    site.clock.now().as_secs()
}

#[tokio::test]
async fn i09_the_idle_limit_holds_to_the_second() {
    // No touch on the way, so that the early request does not push the limit out.
    for (seconds, status) in [(HOUR - 1, 200), (HOUR, 303), (HOUR + 1, 303)] {
        let site = Site::new();
        let mut client = site.logged_in("").await;
        site.clock.advance(secs(seconds));
        assert_eq!(client.get("/dashboard").await.status(), status, "{seconds}");
    }
}

#[tokio::test]
async fn i09_requests_push_the_idle_limit_out_and_the_absolute_one_not() {
    let site = Site::new();
    let mut client = site.logged_in("").await;
    for _ in 0..47 {
        site.clock.advance(secs(HOUR / 2));
        assert_eq!(who(&mut client).await, "ada");
    }
    site.clock.advance(secs(HOUR / 2 - 1));
    assert_eq!(who(&mut client).await, "ada");
    site.clock.advance(secs(1));
    assert_eq!(who(&mut client).await, "anonymous", "24 hours are over");
}

#[tokio::test]
async fn i09_a_confirm_restarts_both_limits() {
    let site = Site::with(|builder| builder.absolute_timeout(secs(HOUR)));
    let mut client = site.logged_in("").await;
    site.clock.advance(secs(HOUR - 1));
    assert_eq!(client.post("/confirm", &[]).await.status(), 200);
    site.clock.advance(secs(HOUR - 1));
    assert_eq!(who(&mut client).await, "ada");
    site.clock.advance(secs(1));
    assert_eq!(who(&mut client).await, "anonymous");
}

#[tokio::test]
async fn i09_freshness_ends_to_the_second_by_setting_and_within() {
    let site = Site::new();
    let client = site.logged_in("").await;
    ends_at(&site, &client, "/fresh", 15 * 60).await;
    let site = Site::new();
    let client = site.logged_in("").await;
    ends_at(&site, &client, "/fresh-in-10-minutes", 600).await;
    let site = Site::with(|builder| builder.fresh_for(secs(90)));
    let client = site.logged_in("").await;
    ends_at(&site, &client, "/fresh", 90).await;
}

/// What a handler is told of its login, beside what guards make of it.
#[tokio::test]
async fn i09_a_handler_is_told_to_the_second() {
    async fn told(session: LoginSession<User>) -> String {
        let mut told = vec![];
        let mut note = |holds, word| told.extend(Some(word).filter(|_| holds));
        note(session.is_authenticated(), "authenticated");
        note(session.is_remembered(), "remembered");
        note(session.is_fresh(), "fresh");
        note(session.is_fresh_within(secs(600)), "for 10 minutes");
        note(session.is_fresh_within(secs(1)), "for a second");
        told.join(" ")
    }
    let site = Site::with_routes(
        |builder| builder,
        |router| router.route("/told", axum::routing::get(told)),
    );
    assert_eq!(site.client().get("/told").await.text(), "");
    let client = site.logged_in("remember=true&duration=1200").await;
    for (seconds, expected) in [
        (
            0,
            "authenticated remembered fresh for 10 minutes for a second",
        ),
        (1, "authenticated remembered fresh for 10 minutes"),
        (599, "authenticated remembered fresh for 10 minutes"),
        (600, "authenticated remembered fresh"),
        (899, "authenticated remembered fresh"),
        (900, "authenticated remembered"),
        (1199, "authenticated remembered"),
        (1200, "authenticated"),
        (3599, "authenticated"),
    ] {
        site.clock.set(START + seconds);
        let told = copy_of(&client).get("/told").await.text();
        assert_eq!(told, expected, "after {seconds} s");
    }
}

#[tokio::test]
async fn i09_remembering_ends_to_the_second_on_the_server() {
    for (seconds, who_is_it) in [(30 * 86_400 - 1, "ada"), (30 * 86_400, "anonymous")] {
        let site = Site::new();
        let mut client = site.logged_in("remember=true").await;
        site.clock.advance(secs(seconds));
        assert_eq!(who(&mut client).await, who_is_it);
    }
}

#[tokio::test]
async fn i09_last_seen_is_noted_once_a_minute_and_only_grows() {
    let site = Site::new();
    let mut client = site.logged_in("").await;
    let seen = async || site.records(ADA).await[0].last_seen_at - START;
    for (now, noted) in [
        (59, 0),
        (60, 60),
        (119, 60),
        (120, 120),
        (100, 120),
        (119, 120),
    ] {
        site.clock.set(START + now);
        assert_eq!(who(&mut client).await, "ada");
        assert_eq!(seen().await, noted, "at {now}");
    }
}

#[tokio::test]
async fn i09_what_comes_from_beyond_the_skew_is_refused_and_not_deleted() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    site.clock.set(START - 30);
    assert_eq!(
        who(&mut client).await,
        "ada",
        "clocks may be 30 seconds apart"
    );
    site.clock.set(START - 31);
    assert_eq!(who(&mut client).await, "anonymous");
    assert_eq!(site.records(ADA).await.len(), 1);
    site.clock.set(START);
    assert_eq!(who(&mut client).await, "ada");
}

#[tokio::test]
async fn i09_a_record_from_the_future_is_refused_whatever_its_cookie_says() {
    type Edit = fn(&mut Record);
    let edits: [Edit; 5] = [
        |login| login.created_at += 31,
        |login| login.session_started_at += 31,
        |login| login.last_seen_at += 31,
        |login| login.fresh_since = Some(START + 31),
        |login| login.remember.as_mut().unwrap().first_at += 31,
    ];
    for (index, edit) in edits.into_iter().enumerate() {
        let site = Site::new();
        let mut client = site.logged_in("remember=true").await;
        replace(&site, edit).await;
        assert_eq!(who(&mut client).await, "anonymous", "edit {index}");
        client.cookies().remove("_session");
        assert_eq!(
            who(&mut client).await,
            "anonymous",
            "edit {index}, remembered"
        );
        assert_eq!(site.records(ADA).await.len(), 1);
        site.clock.advance(secs(1));
        assert_eq!(
            who(&mut client).await,
            "ada",
            "edit {index}, a second later"
        );
    }
}

/// Puts another record in the place of Ada's.
async fn replace(site: &Site, edit: impl FnOnce(&mut Record)) {
    let mut record = site.records(ADA).await.remove(0);
    edit(&mut record);
    record.version += 1;
    site.store.update(record.login()).await.unwrap();
}

#[tokio::test]
async fn i09_the_cookie_and_the_record_each_have_their_word_on_time() {
    // The session is older than its cookie says.
    for (age, who_is_it) in [(86_399, "ada"), (86_400, "anonymous")] {
        let site = Site::new();
        let mut client = site.logged_in("").await;
        replace(&site, |login| login.session_started_at -= age).await;
        assert_eq!(who(&mut client).await, who_is_it, "{age}");
    }
    // The cookie is from the future, and its record is not.
    for (ahead, who_is_it) in [(30, "ada"), (31, "anonymous")] {
        let site = Site::new();
        let mut client = site.logged_in("remember=true").await;
        replace(&site, |login| {
            login.created_at -= 1000;
            login.session_started_at -= 1000;
            login.last_seen_at -= 1000;
            login.fresh_since = None;
            login.remember.as_mut().unwrap().first_at -= 1000;
        })
        .await;
        site.clock.set(START - ahead);
        assert_eq!(who(&mut client).await, who_is_it, "{ahead} seconds ahead");
    }
}

#[tokio::test]
async fn i09_a_show_by_a_slow_clock_does_not_turn_last_seen_back() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    assert_eq!(who(&mut client).await, "ada");
    site.clock.set(START + 190);
    let mut record = site.records(ADA).await.remove(0);
    record.last_seen_at = START + 220;
    record.version += 1;
    site.store.update(record.login()).await.unwrap();
    assert_eq!(who(&mut client).await, "ada");
    let record = site.records(ADA).await.remove(0);
    assert_eq!(record.remember.as_ref().unwrap().shown, record.generation);
    assert_eq!(record.last_seen_at, START + 220);
}

#[tokio::test]
async fn i09_a_clock_that_is_ten_years_off_lets_nobody_in_and_comes_back() {
    for remember in ["", "remember=true"] {
        for wrong in [
            START - TEN_YEARS,
            START + TEN_YEARS,
            i64::MIN,
            i64::MAX,
            0,
            -1,
        ] {
            let site = Site::new();
            let mut client = site.logged_in(remember).await;
            site.clock.set(wrong);
            for path in ["/me", "/session"] {
                let response = client.get(path).await;
                assert_eq!(response.status(), 200, "{wrong}");
                assert!(!response.text().contains("ada"), "{wrong}");
            }
            assert_eq!(client.get("/fresh").await.status(), 303);
            site.clock.set(START + 1);
            assert_eq!(who(&mut client).await, "ada", "after {wrong}");
        }
    }
}

#[tokio::test]
async fn i09_logging_in_by_a_wrong_clock_never_panics() {
    for wrong in [START - TEN_YEARS, START + TEN_YEARS, i64::MIN, i64::MAX] {
        let site = Site::new();
        site.clock.set(wrong);
        let mut client = site.client();
        for path in ["/login?remember=true", "/confirm", "/flash", "/logout"] {
            let status = client.post(path, &[]).await.status();
            // At the end of all time a cookie is over as soon as it is made.
            assert!([200, 401].contains(&status), "{path} at {wrong}: {status}");
        }
    }
}

#[tokio::test]
async fn i09_the_longest_settings_and_arguments_do_not_panic() {
    let longest = Duration::MAX;
    let site = Site::with(|builder| {
        builder
            .idle_timeout(longest)
            .absolute_timeout(longest)
            .fresh_for(longest)
            .timeout(longest)
            .touch_interval(secs(0))
            .session_cookie(login_runtime::CookieOptions::persistent)
    });
    let mut client = site.logged_in("remember=true").await;
    site.clock.advance(secs(1000 * 365 * 86_400));
    assert_eq!(client.get("/fresh").await.status(), 200);
    assert_eq!(client.get("/fresh-in-10-minutes").await.status(), 303);
    for duration in [0, 400 * 86_400 + 1, u64::MAX] {
        let path = format!("/login?remember=true&duration={duration}");
        assert_eq!(client.post(&path, &[]).await.status(), 500, "{duration}");
    }
    for duration in [1, 400 * 86_400] {
        site.clock.set(START);
        let path = format!("/login?remember=true&duration={duration}");
        assert_eq!(client.post(&path, &[]).await.status(), 200, "{duration}");
    }
}

#[tokio::test]
async fn i09_a_record_is_purged_when_its_session_and_its_remembered_part_are_over() {
    let site = Site::new();
    site.logged_in("user=1").await;
    site.logged_in("user=2&remember=true&duration=7200").await;
    let left_after = async |seconds: i64| {
        site.clock.set(START + seconds);
        site.manager.purge_expired(100).await.unwrap();
        site.store.len().await
    };
    // Two servers may be 30 seconds apart.
    assert_eq!(left_after(3600 + 29).await, 2);
    assert_eq!(left_after(3600 + 30).await, 1);
    assert_eq!(left_after(7200 + 29).await, 1);
    assert_eq!(left_after(7200 + 30).await, 0);
}

#[tokio::test]
async fn i09_every_login_forgets_some_that_are_over() {
    let site = Site::new();
    for _ in 0..10 {
        site.logged_in("user=1").await;
    }
    site.clock.advance(secs(86_400));
    site.logged_in("user=2").await;
    assert_eq!(site.store.len().await, 1);
}

#[tokio::test]
async fn i09_where_many_are_over_every_login_looks_and_where_few_are_one_in_ten_seconds() {
    let site = Site::new();
    let look = async |left| {
        site.faults.forget();
        site.logged_in("user=2").await;
        assert_eq!(site.store.len().await, left);
        site.faults.count(Call::PurgeExpired)
    };
    assert_eq!(look(1).await, 1, "the first login looks");
    for number in 2..=40 {
        assert_eq!(look(number).await, 0, "nothing was over a moment ago");
    }
    site.clock.advance(secs(86_400));
    assert_eq!(
        look(40 - 32 + 1).await,
        1,
        "at most 32 are forgotten at a time"
    );
    assert_eq!(look(2).await, 1, "there were as many as may be");
    assert_eq!(look(3).await, 0, "there were fewer");
    site.clock.advance(secs(9));
    assert_eq!(look(4).await, 0);
    site.clock.advance(secs(1));
    assert_eq!(look(5).await, 1);
}
