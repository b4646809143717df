//! Theft of a remember cookie: when it is noticed, what ends, and who is told.

use std::num::NonZeroUsize;

use login_runtime::{
    LoginEvent, LoginEventKind,
    store::LoginStore,
    testing::{TestClient, TestResponse},
};
use login_tests::{Call, Fault, Record};

use crate::{
    remember::{LATER, OVERLAP, SETTLED, forget_session, remembered, remembered_at},
    site::{Site, copy_of, secs, sets_cookies, store_realm, who},
    users::ADA,
};

const MESSAGE: &str = "Somebody else has used your remembered login";

fn thefts(site: &Site) -> Vec<bool> {
    let theft = |event: LoginEvent| match event.kind {
        LoginEventKind::RememberTheft { everywhere, .. } => Some(everywhere),
        _ => None,
    };
    site.events().into_iter().filter_map(theft).collect()
}

fn has_ended(record: &Record) -> bool {
    record
        .remember
        .as_ref()
        .is_some_and(|it| it.ended_at.is_some())
}

/// Restores a client's login, and shows that it has the cookies.
async fn restore_and_show(site: &Site, client: &mut TestClient) {
    assert_eq!(who(client).await, "ada");
    site.clock.advance(secs(SETTLED));
    assert_eq!(who(client).await, "ada");
}

/// An owner and a thief with the same cookies, of which one has shown newer ones an overlap ago.
async fn one_is_ahead(site: &Site) -> (TestClient, TestClient) {
    let owner = remembered_at(site).await;
    let mut thief = copy_of(&owner);
    restore_and_show(site, &mut thief).await;
    site.clock.advance(secs(LATER));
    site.events();
    (owner, thief)
}

/// The page that a visitor is led to.
async fn login_page(client: &mut TestClient) -> String {
    assert_eq!(client.get("/dashboard").await.status(), 303);
    client.get("/login").await.text()
}

#[tokio::test]
async fn i10_what_was_replaced_before_newer_cookies_were_shown_is_theft() {
    let site = Site::new();
    let (mut owner, mut thief) = one_is_ahead(&site).await;
    let mut elsewhere = site.logged_in("").await;
    site.events();
    let cookies = owner.cookies().clone();
    assert_eq!(owner.get("/dashboard").await.status(), 303);
    assert_eq!(
        owner.cookies().get("_remember"),
        cookies.get("_remember"),
        "only login and logout remove it"
    );
    assert_eq!(thefts(&site), [true]);
    for client in [&mut owner, &mut thief, &mut elsewhere] {
        assert_eq!(who(client).await, "anonymous");
    }
    assert_eq!(thefts(&site), [] as [bool; 0], "once");
}

#[tokio::test]
async fn i10_what_was_replaced_is_in_flight_for_an_overlap_after_the_show() {
    let site = Site::new();
    let client = remembered_at(&site).await;
    let mut late = copy_of(&client);
    let mut browser = copy_of(&client);
    restore_and_show(&site, &mut browser).await;
    for seconds in [0, OVERLAP] {
        site.clock.advance(secs(seconds));
        let response = late.get("/me").await;
        assert_eq!(
            (&*response.text(), sets_cookies(&response).len()),
            ("ada", 0)
        );
    }
    site.clock.advance(secs(1));
    assert_eq!(who(&mut late).await, "anonymous");
    assert_eq!(thefts(&site), [true]);
}

#[tokio::test]
async fn i10_in_flight_no_websocket_is_opened_and_nothing_ends() {
    let site = Site::new();
    let client = remembered_at(&site).await;
    let mut browser = copy_of(&client);
    restore_and_show(&site, &mut browser).await;
    let mut late = copy_of(&client);
    for (name, value) in [
        ("host", "site.example"),
        ("upgrade", "websocket"),
        ("origin", "https://site.example"),
    ] {
        late.header(name.parse().unwrap(), value);
    }
    assert_ne!(late.get("/dashboard").await.status(), 200);
    assert_eq!(thefts(&site), [] as [bool; 0]);
    assert_eq!(who(&mut browser).await, "ada");
}

#[tokio::test]
async fn i10_a_thief_who_shows_nothing_is_noticed_once_the_owner_has_shown() {
    let (site, mut owner) = remembered().await;
    let thief = copy_of(&owner);
    let silent = async || who(&mut copy_of(&thief)).await;
    for _ in 0..3 {
        assert_eq!(silent().await, "ada");
        site.clock.advance(secs(LATER));
    }
    restore_and_show(&site, &mut owner).await;
    assert_eq!(silent().await, "ada", "it may have been on its way");
    site.clock.advance(secs(LATER));
    site.events();
    assert_eq!(silent().await, "anonymous");
    assert_eq!(thefts(&site), [true]);
    assert_eq!(who(&mut owner).await, "anonymous");
}

#[tokio::test]
async fn i10_what_a_confirm_replaced_is_theft_once_its_cookies_were_shown() {
    let site = Site::new();
    let mut owner = site.logged_in("remember=true").await;
    let mut thief = copy_of(&owner);
    forget_session(&mut thief);
    owner.post("/confirm", &[]).await;
    site.clock.advance(secs(SETTLED));
    who(&mut owner).await;
    // The login itself was made within an overlap of that, which makes it one burst.
    site.clock.advance(secs(2 * OVERLAP - SETTLED));
    assert_eq!(who(&mut thief).await, "ada");
    site.clock.advance(secs(1));
    assert_eq!(who(&mut thief).await, "anonymous");
    assert_eq!(who(&mut owner).await, "anonymous");
    assert_eq!(thefts(&site), [true]);
}

#[tokio::test]
async fn i10_whoever_comes_next_is_told_for_a_day() {
    let site = Site::new();
    let (mut owner, mut thief) = one_is_ahead(&site).await;
    let shown = login_page(&mut owner).await;
    assert!(shown.contains(MESSAGE), "{shown}");
    // The thief as well, with whichever cookie.
    let shown = login_page(&mut thief).await;
    assert!(shown.contains(MESSAGE), "{shown}");
    let mut session = copy_of(&thief);
    session.cookies().remove("_remember");
    let shown = login_page(&mut session).await;
    assert!(shown.contains(MESSAGE), "{shown}");
    assert!(!login_page(&mut site.client()).await.contains(MESSAGE));
    // It is not said twice while it waits.
    let mut waiting = copy_of(&owner);
    for _ in 0..3 {
        assert_eq!(waiting.get("/dashboard").await.status(), 303);
    }
    let shown = waiting.get("/login").await.text();
    assert_eq!(shown.matches(MESSAGE).count(), 1, "{shown}");
    // After a day it is forgotten, to the second and the skew.
    let day = 24 * 3600;
    site.clock.advance(secs(day + 30 - 1));
    assert_eq!(site.manager.purge_expired(10).await.unwrap(), 0);
    site.clock.advance(secs(1));
    assert_eq!(site.manager.purge_expired(10).await.unwrap(), 1);
    assert!(!login_page(&mut owner).await.contains(MESSAGE));
}

#[tokio::test]
async fn i10_who_logs_in_again_is_told_no_more() {
    let site = Site::new();
    let (mut owner, _) = one_is_ahead(&site).await;
    assert!(login_page(&mut owner).await.contains(MESSAGE));
    owner.post("/login", &[]).await;
    assert!(!owner.get("/login").await.text().contains(MESSAGE));
    assert_eq!(site.records(ADA).await.len(), 1, "the ended one is deleted");
}

#[tokio::test]
async fn i10_where_no_flash_is_left_theft_leaves_none_and_the_next_is_told() {
    let site = Site::new();
    let (owner, _) = one_is_ahead(&site).await;
    let quiet: [fn(&mut TestClient); 2] = [
        |client| {
            client.header("accept".parse().unwrap(), "application/json");
        },
        |client| {
            client.header("x-requested-with".parse().unwrap(), "XMLHttpRequest");
        },
    ];
    for edit in quiet {
        let mut script = copy_of(&owner);
        edit(&mut script);
        let response = script.get("/dashboard").await;
        assert_eq!((response.status(), sets_cookies(&response).len()), (401, 0));
    }
    let response = copy_of(&owner).get("/me").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("anonymous", 0)
    );
    assert_eq!(thefts(&site), [true]);
    assert!(login_page(&mut copy_of(&owner)).await.contains(MESSAGE));
}

#[tokio::test]
async fn i10_what_theft_has_ended_is_listed_nowhere() {
    let site = Site::new();
    let (mut owner, _) = one_is_ahead(&site).await;
    who(&mut owner).await;
    assert_eq!(site.records(ADA).await.len(), 1, "it is there");
    assert_eq!(site.manager.logins_of("1").await.unwrap().len(), 0);
    assert_eq!(
        site.manager.all_logins(None, 10).await.unwrap().items.len(),
        0
    );
    let mut again = site.logged_in("").await;
    let listed = again.get("/logins").await.text();
    assert_eq!(listed.split(' ').count(), 1, "{listed}");
    let ended = site.records(ADA).await;
    let ended = ended.iter().find(|it| has_ended(it)).unwrap();
    assert!(!site.manager.end_login("1", ended.id).await.unwrap());
    assert_eq!(
        again
            .post(&format!("/end?id={}", ended.id), &[])
            .await
            .text(),
        "false"
    );
}

#[tokio::test]
async fn i10_cookies_of_a_login_that_has_ended_end_no_newer_one() {
    let site = Site::new();
    let (mut owner, mut thief) = one_is_ahead(&site).await;
    let old = copy_of(&owner);
    who(&mut owner).await;
    let mut again = site.logged_in("remember=true").await;
    site.events();
    for seconds in [0, LATER, 7200] {
        site.clock.advance(secs(seconds));
        assert_eq!(who(&mut copy_of(&old)).await, "anonymous");
        assert_eq!(who(&mut thief).await, "anonymous");
        assert_eq!(who(&mut again).await, "ada");
    }
    assert_eq!(thefts(&site), [] as [bool; 0]);
}

#[tokio::test]
async fn i10_theft_of_a_login_whose_auth_hash_has_changed_ends_that_one_alone() {
    let site = Site::new();
    let (mut owner, mut thief) = one_is_ahead(&site).await;
    site.users.edit(ADA, |user| user.password_hash.push('x'));
    let mut again = site.logged_in("").await;
    site.events();
    assert_eq!(who(&mut owner).await, "anonymous");
    assert_eq!(thefts(&site), [false]);
    assert_eq!(who(&mut again).await, "ada");
    assert_eq!(who(&mut thief).await, "anonymous");
    assert!(site.records(ADA).await.iter().any(has_ended));
}

#[tokio::test]
async fn i10_theft_that_cannot_be_checked_ends_that_login_alone() {
    type Break = fn(&Site);
    let broken: [Break; 2] = [
        |site| site.users.fail(Some(Fault::Error)),
        |site| site.users.delete(ADA),
    ];
    for break_it in broken {
        let site = Site::new();
        let (mut owner, mut thief) = one_is_ahead(&site).await;
        site.logged_in("").await;
        site.events();
        break_it(&site);
        assert_eq!(owner.get("/dashboard").await.status(), 303);
        assert_eq!(thefts(&site), [false]);
        // A user who is gone has no use for logins, but nothing was said about them.
        assert_eq!(site.manager.logins_of("1").await.unwrap().len(), 1);
        site.users.fail(None);
        assert_eq!(who(&mut thief).await, "anonymous");
    }
}

#[tokio::test]
async fn i10_theft_that_the_store_did_not_take_down_is_noticed_again() {
    // The load, the end of the others, the end of this one.
    for (at, call) in [(1, Call::Load), (2, Call::DeleteUser), (3, Call::Update)] {
        let site = Site::new();
        let (mut owner, mut thief) = one_is_ahead(&site).await;
        let mut elsewhere = site.logged_in("").await;
        site.events();
        site.faults.fail_at(at, Fault::Error);
        assert_eq!(owner.get("/dashboard").await.status(), 503, "{call:?}");
        assert_eq!(site.faults.calls().last(), Some(&call));
        assert_eq!(thefts(&site), [] as [bool; 0]);
        assert!(login_page(&mut owner).await.contains(MESSAGE));
        assert_eq!(thefts(&site), [true], "{call:?}");
        assert_eq!(who(&mut elsewhere).await, "anonymous");
        assert_eq!(who(&mut thief).await, "anonymous");
    }
}

#[tokio::test]
async fn i10_a_login_that_theft_ended_cannot_be_confirmed_or_act() {
    let site = Site::new();
    let (mut owner, mut thief) = one_is_ahead(&site).await;
    who(&mut owner).await;
    let mut again = site.logged_in("").await;
    for client in [&mut owner, &mut thief] {
        for path in ["/confirm", "/logout-others", "/logout-everywhere"] {
            let response: TestResponse = client.post(path, &[]).await;
            assert_eq!(response.status(), 401, "{path}");
        }
    }
    assert_eq!(who(&mut again).await, "ada");
    // A logout takes away what is left of it.
    owner.post("/logout", &[]).await;
    assert_eq!(site.records(ADA).await.len(), 1);
}

#[tokio::test]
async fn i10_the_cap_on_logins_holds_with_what_theft_has_ended() {
    let site = Site::with(|builder| builder.max_logins_per_user(NonZeroUsize::MIN));
    let (mut owner, mut thief) = one_is_ahead(&site).await;
    who(&mut owner).await;
    let mut again = site.logged_in("").await;
    assert_eq!(who(&mut again).await, "ada");
    assert_eq!(who(&mut thief).await, "anonymous");
    let listed = site.store.list_user(&store_realm(), "1").await;
    assert_eq!(listed.unwrap().len(), 1);
}
