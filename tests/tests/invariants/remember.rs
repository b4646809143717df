//! Remember tokens: restores, rotation, grace, theft.

use login_runtime::{
    LoginEventKind, RememberRefusal,
    store::{LoginStore, Ticket},
    testing::TestClient,
};
use login_tests::Call;

use crate::{
    site::{START, Site, copy_of, secs, sets_cookies, told, who},
    users::ADA,
};

/// After every grace.
const LATER: u64 = 100;

async fn remembered() -> (Site, TestClient) {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    client.cookies().remove("_session");
    site.clock.advance(secs(LATER));
    site.events();
    (site, client)
}

fn forget_session(client: &mut TestClient) {
    assert!(client.cookies().remove("_session"), "there was a session");
}

#[tokio::test]
async fn i10_a_restore_is_one_compare_and_set_with_everything_in_it() {
    let (site, mut client) = remembered().await;
    let before = site.records(ADA).await.remove(0);
    site.faults.forget();
    let response = client.get("/me").await;
    assert_eq!(response.text(), "ada");
    assert_eq!(
        sets_cookies(&response).len(),
        2,
        "a session and a remember cookie"
    );
    assert_eq!(site.faults.calls(), [Call::Load, Call::Update]);
    let after = site.records(ADA).await.remove(0);
    let (old, new) = (
        before.remember.as_ref().unwrap(),
        after.remember.as_ref().unwrap(),
    );
    assert_eq!(after.generation, before.generation + 1);
    assert_eq!(after.version, before.version + 1);
    assert_eq!((new.counter, new.acknowledged), (old.counter + 1, false));
    assert_ne!(new.token, old.token);
    assert_eq!(new.previous.unwrap().0, old.token);
    assert_eq!(after.fresh_since, None);
    assert_eq!(new.expires_at, old.expires_at, "remembering does not slide");
    assert_eq!(client.get("/fresh").await.status(), 303);
    let user_id = ADA.to_string();
    assert_eq!(
        told(&site.events()[..1]),
        [(LoginEventKind::UserLoadedFromCookie, Some(user_id))]
    );
}

#[tokio::test]
async fn i10_the_session_of_the_new_generation_acknowledges_it() {
    let (site, mut client) = remembered().await;
    who(&mut client).await;
    assert!(
        !site.records(ADA).await[0]
            .remember
            .as_ref()
            .unwrap()
            .acknowledged
    );
    who(&mut client).await;
    assert!(
        site.records(ADA).await[0]
            .remember
            .as_ref()
            .unwrap()
            .acknowledged
    );
    site.faults.forget();
    who(&mut client).await;
    assert_eq!(site.faults.calls(), [Call::Load], "once is enough");
}

#[tokio::test]
async fn i10_within_grace_either_token_counts_once_and_writes_nothing() {
    let (site, mut client) = remembered().await;
    let mut previous = copy_of(&client);
    who(&mut client).await;
    forget_session(&mut client);
    let before = site.records(ADA).await;
    for seconds in [0, 30, 30] {
        site.clock.advance(secs(seconds));
        for client in [&mut previous, &mut client] {
            let response = client.get("/me").await;
            assert_eq!(
                (&*response.text(), response.header("set-cookie")),
                ("ada", "")
            );
        }
    }
    assert_eq!(site.records(ADA).await, before);
    // One second later, the current token rotates.
    site.clock.advance(secs(1));
    assert_eq!(sets_cookies(&client.get("/me").await).len(), 2);
}

#[tokio::test]
async fn i10_a_lost_answer_is_no_theft() {
    let (site, mut client) = remembered().await;
    for lost in 1..=5 {
        let mut not_heard = copy_of(&client);
        assert_eq!(who(&mut not_heard).await, "ada");
        site.clock.advance(secs(LATER));
        assert_eq!(
            site.records(ADA).await[0]
                .remember
                .as_ref()
                .unwrap()
                .counter,
            lost
        );
    }
    assert_eq!(sets_cookies(&client.get("/me").await).len(), 2);
    assert_eq!(who(&mut client).await, "ada");
    assert!(
        !site
            .events()
            .iter()
            .any(|event| event.kind == LoginEventKind::RememberTheft)
    );
}

#[tokio::test]
async fn i10_parallel_tabs_after_a_restart_of_the_browser_are_no_theft() {
    let (site, client) = remembered().await;
    let mut tabs: Vec<_> = (0..20).map(|_| copy_of(&client)).collect();
    let gate = site.faults.gate(Call::Update);
    let tasks: Vec<_> = tabs
        .drain(..)
        .map(|mut tab| tokio::spawn(async move { (who(&mut tab).await, tab) }))
        .collect();
    gate.reached().await;
    gate.open();
    let mut with_session = 0;
    for task in tasks {
        let (who_is_it, tab) = task.await.unwrap();
        assert_eq!(who_is_it, "ada");
        with_session += usize::from(tab.clone().cookies().get("_session").is_some());
    }
    assert_eq!(with_session, 1, "one tab's answer carries the cookies");
    assert_eq!(
        site.records(ADA).await[0]
            .remember
            .as_ref()
            .unwrap()
            .counter,
        1
    );
}

#[tokio::test]
async fn i10_a_replaced_token_that_was_acknowledged_is_theft() {
    // The thief comes first, or the owner does: it is found out when the other one comes.
    let (site, mut owner) = remembered().await;
    let mut thief = copy_of(&owner);
    let mut elsewhere = site.logged_in("").await;
    assert_eq!(who(&mut thief).await, "ada");
    assert_eq!(who(&mut thief).await, "ada");
    site.clock.advance(secs(LATER));
    site.events();
    let cookies = owner.cookies().clone();
    let response = owner.get("/dashboard").await;
    assert_eq!(response.status(), 303);
    assert_eq!(
        owner.cookies().get("_remember"),
        cookies.get("_remember"),
        "only login and logout remove it"
    );
    assert!(
        site.records(ADA).await.is_empty(),
        "every login of the user has ended"
    );
    assert_eq!(who(&mut thief).await, "anonymous");
    assert_eq!(who(&mut elsewhere).await, "anonymous");
    let page = owner.get("/login").await.text();
    assert!(
        page.contains("Somebody else has used your remembered login"),
        "{page}"
    );
    let thefts = site.events();
    let thefts = thefts
        .iter()
        .filter(|event| event.kind == LoginEventKind::RememberTheft);
    assert_eq!(thefts.count(), 1);
}

#[tokio::test]
async fn i10_any_older_token_is_theft_within_the_grace_as_well() {
    let (site, mut owner) = remembered().await;
    let mut thief = copy_of(&owner);
    for _ in 0..2 {
        who(&mut owner).await;
        who(&mut owner).await;
        forget_session(&mut owner);
        site.clock.advance(secs(LATER));
    }
    who(&mut owner).await;
    assert_eq!(who(&mut thief).await, "anonymous");
    assert_eq!(who(&mut owner).await, "anonymous");
    assert!(site.store.is_empty());
}

#[tokio::test]
async fn i10_a_token_replaced_by_a_confirm_is_theft_after_the_grace() {
    let site = Site::new();
    let mut owner = site.logged_in("remember=true").await;
    let mut thief = copy_of(&owner);
    forget_session(&mut thief);
    owner.post("/confirm", &[]).await;
    who(&mut owner).await;
    site.clock.advance(secs(LATER));
    assert_eq!(who(&mut thief).await, "anonymous");
    assert_eq!(who(&mut owner).await, "anonymous");
}

#[tokio::test]
async fn i10_a_store_that_was_rolled_back_refuses_alone() {
    let (site, mut client) = remembered().await;
    let backup = site.records(ADA).await.remove(0);
    who(&mut client).await;
    forget_session(&mut client);
    let ticket = Ticket::new(&backup.realm, backup.id, &[]);
    site.store.delete(ticket).await.unwrap();
    let cap = std::num::NonZeroUsize::MIN;
    site.store.create(backup.login(), cap).await.unwrap();
    site.clock.advance(secs(LATER));
    site.events();
    let before = site.records(ADA).await;
    assert_eq!(client.get("/me").await.text(), "anonymous");
    assert_eq!(site.records(ADA).await, before, "nobody else's login ends");
    let [(LoginEventKind::RememberRefused { reason, .. }, _)] = told(&site.events())[..] else {
        panic!("the refusal is an event");
    };
    assert_eq!(reason, RememberRefusal::AheadOfStore);
}

#[tokio::test]
async fn i10_a_remember_cookie_counts_only_beside_its_own_session_or_none() {
    let site = Site::new();
    let mut ada = site.logged_in("user=1&remember=true").await;
    let mut grace = site.logged_in("user=2").await;
    let remember = ada
        .cookies()
        .get("_remember")
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .unwrap();
    site.clock.advance(secs(LATER));
    // Beside a good session of another login.
    let mut mixed = copy_of(&grace);
    mixed.cookies().set(&remember.0, &remember.1);
    assert_eq!(who(&mut mixed).await, "grace");
    // Beside a verified session of another login that is over but still kept: nobody's series is
    // held against another's.
    let mut late = site.client();
    late.add(&mixed.cookies().clone());
    site.clock.advance(secs(3600));
    site.events();
    assert_eq!(who(&mut late).await, "anonymous");
    assert_eq!(site.events(), []);
    // Beside a verified session of another login that has ended.
    grace.post("/logout", &[]).await;
    assert_eq!(who(&mut mixed).await, "anonymous");
    // Beside an unverified one it counts.
    let session = mixed.cookies().get("_session").unwrap().0.to_owned();
    mixed.cookies().set(&session, "garbage");
    assert_eq!(who(&mut mixed).await, "ada");
}

#[tokio::test]
async fn i10_beside_its_own_dead_session_it_counts() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    site.clock.advance(secs(2 * 3600));
    let response = client.get("/me").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("ada", 2)
    );
}

#[tokio::test]
async fn i10_remembering_runs_from_the_last_password_entry() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true&duration=1000").await;
    let expires = async || {
        site.records(ADA).await[0]
            .remember
            .as_ref()
            .unwrap()
            .expires_at
    };
    assert_eq!(expires().await, START + 1000);
    site.clock.advance(secs(500));
    forget_session(&mut client);
    who(&mut client).await;
    assert_eq!(
        expires().await,
        START + 1000,
        "a restore does not lengthen it"
    );
    client.post("/confirm", &[]).await;
    assert_eq!(expires().await, START + 1500, "the password does");
    forget_session(&mut client);
    let mut copy = copy_of(&client);
    site.clock.advance(secs(999));
    assert_eq!(who(&mut copy).await, "ada");
    site.clock.advance(secs(1));
    site.events();
    assert_eq!(who(&mut client).await, "anonymous");
}

#[tokio::test]
async fn i10_a_login_that_is_no_longer_remembered_refuses_its_old_cookie() {
    let (site, mut client) = remembered().await;
    let mut record = site.records(ADA).await.remove(0);
    record.remember = None;
    record.version += 1;
    site.store.update(record.login()).await.unwrap();
    assert_eq!(who(&mut client).await, "anonymous");
    assert!(matches!(
        told(&site.events())[..],
        [(
            LoginEventKind::RememberRefused {
                reason: RememberRefusal::NotRemembered,
                ..
            },
            _
        )]
    ));
}

#[tokio::test]
async fn i10_a_remembered_request_that_is_refused_or_fails_still_gets_its_cookies() {
    let (site, mut client) = remembered().await;
    let response = client.get("/fresh").await;
    assert_eq!((response.status(), sets_cookies(&response).len()), (303, 3));
    // The user loader fails: 503, yet the restore was written and its cookies go out.
    forget_session(&mut client);
    site.clock.advance(secs(LATER));
    site.users.fail(Some(login_tests::Fault::Error));
    let response = client.get("/me").await;
    assert_eq!((response.status(), sets_cookies(&response).len()), (503, 2));
    site.users.fail(None);
    assert_eq!(who(&mut client).await, "ada");
}
