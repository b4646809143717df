//! Remembered logins that come back: restores, what is let in for one request, what counts.

use login_runtime::{
    LoginEvent, LoginEventKind, RememberRefusal,
    store::{LoginStore, Ticket},
    testing::{TestClient, TestResponse},
};
use login_tests::Call;

use crate::{
    site::{START, Site, copy_of, secs, sets_cookies, told, who},
    users::ADA,
};

/// When cookies have settled: a minute and the clock skew after they left the server.
pub(crate) const SETTLED: u64 = 90;

/// The time in which a request may be late.
pub(crate) const OVERLAP: u64 = 900;

/// After every overlap.
pub(crate) const LATER: u64 = OVERLAP + 1;

/// Somebody whose browser was closed.
pub(crate) async fn remembered() -> (Site, TestClient) {
    let site = Site::new();
    let client = remembered_at(&site).await;
    (site, client)
}

pub(crate) async fn remembered_at(site: &Site) -> TestClient {
    let mut client = site.logged_in("remember=true").await;
    client.cookies().remove("_session");
    site.clock.advance(secs(LATER));
    site.events();
    client
}

pub(crate) fn forget_session(client: &mut TestClient) {
    assert!(client.cookies().remove("_session"), "there was a session");
}

/// The generation of Ada's login, and what was shown of it.
async fn shown(site: &Site) -> (u64, u64) {
    let record = site.records(ADA).await.remove(0);
    (record.generation, record.remember.unwrap().shown)
}

fn at(seconds: u64) -> u64 {
    START.cast_unsigned() + seconds
}

/// Whether an answer lets Ada in and sets nothing.
fn lets_in(response: &TestResponse) -> bool {
    response.text() == "ada" && sets_cookies(response).is_empty()
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
    // And a look at the record before its cookies leave.
    assert_eq!(site.faults.calls(), [Call::Load, Call::Update, Call::Load]);
    let after = site.records(ADA).await.remove(0);
    assert_eq!(before.generation, at(0));
    assert_eq!(after.generation, at(LATER));
    assert_eq!(after.version, before.version + 1);
    assert_eq!(after.fresh_since, None);
    // The secret stays, nothing new was shown, and remembering does not slide.
    assert_eq!(after.remember, before.remember);
    assert_eq!(client.get("/fresh").await.status(), 303);
    let user_id = ADA.to_string();
    assert_eq!(
        told(&site.events()[..1]),
        [(LoginEventKind::UserLoadedFromCookie, Some(user_id))]
    );
}

#[tokio::test]
async fn i10_a_session_shows_its_generation_once_its_cookie_has_settled() {
    let (site, mut client) = remembered().await;
    who(&mut client).await;
    for seconds in [0, 59, SETTLED - 1 - 59] {
        site.clock.advance(secs(seconds));
        who(&mut client).await;
        assert_eq!(shown(&site).await, (at(LATER), at(0)));
    }
    site.clock.advance(secs(1));
    site.faults.forget();
    who(&mut client).await;
    assert_eq!(shown(&site).await, (at(LATER), at(LATER)));
    assert_eq!(site.faults.count(Call::Update), 1);
    site.faults.forget();
    who(&mut client).await;
    assert_eq!(site.faults.calls(), [Call::Load], "once is enough");
    // It is the same update as the note that somebody was seen.
    let record = site.records(ADA).await.remove(0);
    assert_eq!(record.last_seen_at, START + (LATER + SETTLED).cast_signed());
}

#[tokio::test]
async fn i10_the_session_of_a_login_that_was_never_restored_has_nothing_to_show() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    site.faults.forget();
    site.clock.advance(secs(59));
    who(&mut client).await;
    assert_eq!(site.faults.calls(), [Call::Load]);
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
    assert_eq!(shown(&site).await, (at(LATER), at(0)));
}

#[tokio::test]
async fn i10_while_an_answer_may_be_on_its_way_the_former_cookie_is_let_in() {
    let (site, client) = remembered().await;
    let mut not_heard = copy_of(&client);
    assert_eq!(who(&mut copy_of(&client)).await, "ada");
    let before = site.records(ADA).await;
    for seconds in [0, 30, OVERLAP - 30] {
        site.clock.advance(secs(seconds));
        assert!(lets_in(&not_heard.get("/me").await));
    }
    assert_eq!(site.records(ADA).await, before, "nothing is written");
    assert_eq!(site.events().len(), 4, "UserLoadedFromCookie");
    // One second later the answer counts as lost.
    site.clock.advance(secs(1));
    let response = not_heard.get("/me").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("ada", 2)
    );
    let repeated = &site.events()[0];
    assert!(matches!(
        repeated.kind,
        LoginEventKind::RememberRepeated { times: 1, .. }
    ));
    assert_eq!(repeated.login, Some(before[0].id));
    // It has cookies again, which it shows.
    site.clock.advance(secs(SETTLED));
    who(&mut not_heard).await;
    let record = site.records(ADA).await.remove(0);
    let remember = record.remember.unwrap();
    assert_eq!((remember.shown, remember.strikes), (record.generation, 0));
}

#[tokio::test]
async fn i10_after_five_restores_in_a_row_that_nobody_showed_this_login_alone_ends() {
    let (site, client) = remembered().await;
    let mut elsewhere = site.logged_in("").await;
    let login = site
        .records(ADA)
        .await
        .iter()
        .find(|it| it.remember.is_some())
        .unwrap()
        .id;
    let silent = async || who(&mut copy_of(&client)).await;
    for _ in 0..6 {
        assert_eq!(silent().await, "ada");
        site.clock.advance(secs(LATER));
        assert_eq!(who(&mut elsewhere).await, "ada");
    }
    let times = |event: LoginEvent| match event.kind {
        LoginEventKind::RememberRepeated { times, .. } => Some(times),
        _ => None,
    };
    let told: Vec<_> = site.events().into_iter().filter_map(times).collect();
    assert_eq!(told, [1, 2, 3, 4, 5]);
    assert_eq!(silent().await, "anonymous");
    let [exhausted] = &site.events()[..] else {
        panic!("the end is an event");
    };
    assert_eq!(exhausted.kind, LoginEventKind::RememberExhausted);
    assert_eq!(exhausted.login, Some(login));
    assert_eq!(silent().await, "anonymous");
    assert_eq!(who(&mut elsewhere).await, "ada");
    assert_eq!(site.records(ADA).await.len(), 1);
}

#[tokio::test]
async fn i10_cookies_that_have_not_settled_restore_nothing() {
    let (site, mut client) = remembered().await;
    who(&mut client).await;
    let restored = site.records(ADA).await;
    forget_session(&mut client);
    site.clock.advance(secs(SETTLED - 1));
    assert!(lets_in(&client.get("/me").await));
    assert_eq!(site.records(ADA).await, restored);
    site.clock.advance(secs(1));
    assert_eq!(sets_cookies(&client.get("/me").await).len(), 2);
    assert_eq!(shown(&site).await, (at(LATER + SETTLED), at(LATER)));
}

#[tokio::test]
async fn i10_a_login_that_was_just_made_restores_at_once() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    forget_session(&mut client);
    assert_eq!(sets_cookies(&client.get("/me").await).len(), 2);
    assert_eq!(shown(&site).await, (at(1), at(0)), "one more than the last");
}

#[tokio::test]
async fn i10_a_store_that_was_rolled_back_refuses_alone() {
    let (site, mut client) = remembered().await;
    let backup = site.records(ADA).await.remove(0);
    let backup_cookies = client.cookies().clone();
    who(&mut client).await;
    forget_session(&mut client);
    let carried = site.store.carry(&backup.login());
    let ticket = Ticket::new(&backup.realm, backup.id, &carried);
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
    // Another copy restores, and no generation is handed out twice: the lost one is older again.
    let mut copy = site.client();
    copy.add(&backup_cookies);
    who(&mut copy).await;
    assert_eq!(shown(&site).await, (at(2 * LATER), at(0)));
    assert!(lets_in(&client.get("/me").await));
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
