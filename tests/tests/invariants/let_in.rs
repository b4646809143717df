//! Requests that were on their way while cookies were replaced: what they may do, and which cookies
//! never leave.

use std::sync::Arc;

use axum::routing::{get, post};
use futures_util::FutureExt;
use login_runtime::{
    CurrentUser, LoginError, LoginEventKind, LoginSession, RememberRefusal, SessionProtection,
    store::{LoginStore, MemoryStore, Ticket},
    testing::{ManualClock, TestClient},
};
use login_tests::{Call, Fault, Record};

use crate::{
    remember::{LATER, OVERLAP, SETTLED, forget_session, remembered, remembered_at},
    site::{
        START, Site, copy_of, from_another_browser, secs, sets_cookies, store_realm, told, who,
    },
    users::{ADA, User, Users},
};

/// The actions on a user's other logins.
const ACTIONS: [(&str, &str); 4] = [
    ("GET", "/logins"),
    ("POST", "/logout-others"),
    ("POST", "/logout-everywhere"),
    ("POST", "/end?id=00000000000000000000000000000000"),
];

async fn act(client: &mut TestClient, (method, path): (&str, &str)) -> u16 {
    let response = match method {
        "GET" => client.get(path).await,
        _ => client.post(path, &[]).await,
    };
    response.status()
}

/// Whether a WebSocket is opened for the client.
async fn opens_a_websocket(client: &TestClient) -> bool {
    let mut client = client.clone();
    for (name, value) in [
        ("host", "site.example"),
        ("upgrade", "websocket"),
        ("origin", "https://site.example"),
    ] {
        client.header(name.parse().unwrap(), value);
    }
    client.get("/dashboard").await.status() == 200
}

/// A request that is let in for itself: it may see and leave, prove who it is, and nothing else.
async fn is_only_let_in(site: &Site, client: &TestClient) {
    let before = site.records(ADA).await;
    let response = copy_of(client).get("/dashboard").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("ada", 0)
    );
    assert_eq!(
        copy_of(client).get("/fresh").await.status(),
        303,
        "never fresh"
    );
    assert!(!opens_a_websocket(client).await);
    for action in ACTIONS {
        let status = act(&mut copy_of(client), action).await;
        assert_eq!(status, 401, "{action:?} is refused");
    }
    let session = copy_of(client).get("/session").await.text();
    assert!(
        session.starts_with("user=Some(\"1\") fresh=false"),
        "{session}"
    );
    assert_eq!(site.records(ADA).await, before, "nothing is written");
}

#[tokio::test]
async fn i10_who_is_let_in_for_one_request_may_not_do_much() {
    let (site, client) = remembered().await;
    assert!(
        opens_a_websocket(&client).await,
        "a restore is no letting in"
    );
    is_only_let_in(&site, &client).await;
    // The password helps at once, and acts in the same request already.
    let mut confirming = copy_of(&client);
    assert_eq!(confirming.post("/confirm", &[]).await.text(), "confirmed");
    assert_eq!(confirming.get("/fresh").await.text(), "ada");
    // And it can always be left.
    let mut leaving = copy_of(&client);
    leaving.post("/logout", &[]).await;
    assert!(site.store.is_empty());
}

#[tokio::test]
async fn i10_the_session_that_a_confirm_replaced_is_let_in_for_a_minute() {
    for query in ["", "remember=true"] {
        let site = Site::new();
        let mut client = site.logged_in(query).await;
        site.clock.advance(secs(30));
        let mut on_its_way = copy_of(&client);
        // The session alone, as of a login that is not remembered.
        on_its_way.cookies().remove("_remember");
        client.post("/confirm", &[]).await;
        for seconds in [0, 60] {
            site.clock.advance(secs(seconds));
            is_only_let_in(&site, &on_its_way).await;
        }
        site.clock.advance(secs(1));
        assert_eq!(who(&mut on_its_way).await, "anonymous", "{query}");
        assert_eq!(client.get("/fresh").await.text(), "ada", "{query}");
    }
}

#[tokio::test]
async fn i10_a_confirm_that_was_sent_twice_turns_nobody_away() {
    let site = Site::new();
    let client = site.logged_in("").await;
    let mut on_its_way = copy_of(&client);
    let (mut first, mut second) = (copy_of(&client), copy_of(&client));
    first.post("/confirm", &[]).await;
    site.clock.advance(secs(1));
    second.post("/confirm", &[]).await;
    for client in [&mut on_its_way, &mut first, &mut second] {
        assert_eq!(who(client).await, "ada");
    }
    assert_eq!(first.get("/fresh").await.status(), 303);
    assert_eq!(second.get("/fresh").await.text(), "ada");
}

#[tokio::test]
async fn i10_a_replaced_session_of_another_client_is_not_let_in_where_protection_is_strong() {
    for (mode, expected) in [
        (SessionProtection::Strong, "anonymous"),
        (SessionProtection::Basic, "ada"),
    ] {
        let site = Site::with(|builder| builder.session_protection(mode));
        let mut client = site.logged_in("").await;
        let mut elsewhere = copy_of(&client);
        client.post("/confirm", &[]).await;
        from_another_browser(&mut elsewhere);
        assert_eq!(who(&mut elsewhere).await, expected);
        assert_eq!(client.get("/fresh").await.text(), "ada", "it has not ended");
    }
}

#[tokio::test]
async fn i10_only_a_session_that_a_password_earned_is_ever_fresh() {
    let (site, mut client) = remembered().await;
    who(&mut client).await;
    let mut restored = copy_of(&client);
    // Whatever the record says: the cookie was not earned by a password.
    let mut record = site.records(ADA).await.remove(0);
    record.fresh_since = Some(START + LATER.cast_signed());
    record.version += 1;
    site.store.update(record.login()).await.unwrap();
    assert_eq!(who(&mut restored).await, "ada");
    assert_eq!(restored.get("/fresh").await.status(), 303);
    client.post("/confirm", &[]).await;
    assert_eq!(client.get("/fresh").await.text(), "ada");
}

type Meanwhile = dyn Fn(&MemoryStore, &ManualClock) + Send + Sync;

/// A site with pages on which something happens while their handlers are at work.
fn site_where(what: impl Fn(&MemoryStore, &ManualClock) + Send + Sync + 'static) -> Site {
    let (store, clock) = (MemoryStore::new(), ManualClock::at(START));
    let what: Arc<Meanwhile> = Arc::new(what);
    let happens = {
        let (store, clock) = (store.clone(), clock.clone());
        move || what(&store, &clock)
    };
    let also_happens = happens.clone();
    let slow = async move |user: CurrentUser<User>| {
        happens();
        user.user().map_or("anonymous", |user| user.name)
    };
    let slow_confirm = async move |user: CurrentUser<User>, session: LoginSession<User>| {
        if let Some(user) = user.user() {
            session.confirm_login(user).await?;
        }
        also_happens();
        Ok::<_, LoginError>("confirmed")
    };
    let its_clock = clock.clone();
    let mut site = Site::on(
        store.clone(),
        store,
        &Users::new(),
        |builder| builder.clock(its_clock),
        |router| {
            router
                .route("/slow", get(slow))
                .route("/slow-confirm", post(slow_confirm))
        },
    );
    site.clock = clock;
    site
}

/// Does something to Ada's record, as another node would.
fn edit(store: &MemoryStore, edit: impl FnOnce(&mut Record)) {
    let listed = store.list_user(&store_realm(), "1").now_or_never();
    let login = listed.expect("at once").expect("it answers").remove(0);
    let mut record = Record::from(&login);
    edit(&mut record);
    record.version += 1;
    let update = store.update(record.login()).now_or_never();
    update.expect("at once").expect("it answers");
}

#[tokio::test]
async fn i10_cookies_settle_from_when_they_leave_the_server() {
    let site = site_where(|_, clock| clock.advance(secs(600)));
    let mut client = remembered_at(&site).await;
    assert_eq!(sets_cookies(&client.get("/slow").await).len(), 2);
    let shown = async || site.records(ADA).await[0].remember.as_ref().unwrap().shown;
    let first = START.cast_unsigned();
    site.clock.advance(secs(SETTLED - 1));
    who(&mut client).await;
    assert_eq!(shown().await, first);
    site.clock.advance(secs(1));
    who(&mut client).await;
    assert_eq!(shown().await, first + LATER);
}

#[tokio::test]
async fn i10_a_confirm_begins_when_its_handler_has_answered() {
    let site = site_where(|_, clock| clock.advance(secs(600)));
    let mut client = site.logged_in("remember=true").await;
    assert_eq!(client.post("/slow-confirm", &[]).await.text(), "confirmed");
    let record = site.records(ADA).await.remove(0);
    assert_eq!(record.session_started_at, START + 600);
    assert_eq!(record.generation, (START + 600).cast_unsigned());
    assert_eq!(client.get("/fresh").await.text(), "ada");
}

#[tokio::test]
async fn i10_an_answer_drops_its_cookies_if_the_record_has_moved_on_or_gone() {
    type What = fn(&mut Record);
    let moved_on: What = |record| record.generation += 1;
    let ended: What = |record| record.remember.as_mut().unwrap().ended_at = Some(START);
    for what in [moved_on, ended] {
        let site = site_where(move |store, _| edit(store, what));
        let mut client = remembered_at(&site).await;
        let response = client.get("/slow").await;
        assert_eq!(
            (&*response.text(), sets_cookies(&response).len()),
            ("ada", 0)
        );
    }
    let site = site_where(|store, _| {
        let gone = store.delete_user(&store_realm(), "1", None).now_or_never();
        assert_eq!(gone.expect("at once").expect("it answers"), 1);
    });
    let mut client = remembered_at(&site).await;
    let response = client.get("/slow").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("ada", 0)
    );
    // A touch is no moving on.
    let site = site_where(|store, _| edit(store, |record| record.last_seen_at += 1));
    let mut client = remembered_at(&site).await;
    assert_eq!(sets_cookies(&client.get("/slow").await).len(), 2);
}

#[tokio::test]
async fn i10_an_answer_drops_its_cookies_if_the_store_cannot_be_asked() {
    for fault in Fault::ALL {
        let site = Site::with(|builder| builder.timeout(secs(1)));
        let mut client = remembered_at(&site).await;
        tokio::time::pause();
        // After the load and the update.
        site.faults.fail_at(3, fault);
        let response = client.get("/me").await;
        tokio::time::resume();
        assert_eq!(site.faults.count(Call::Load), 2);
        assert_eq!(
            (&*response.text(), sets_cookies(&response).len()),
            ("ada", 0)
        );
        // As after an answer that was lost.
        assert_eq!(who(&mut copy_of(&client)).await, "ada");
        site.clock.advance(secs(LATER));
        assert_eq!(sets_cookies(&client.get("/me").await).len(), 2);
    }
}

#[tokio::test]
async fn i10_a_confirm_of_a_login_that_has_ended_meanwhile_sets_nothing() {
    let site = site_where(|store, _| {
        edit(store, |record| {
            record.remember.as_mut().unwrap().ended_at = Some(START)
        });
    });
    let mut client = site.logged_in("remember=true").await;
    let response = client.post("/slow-confirm", &[]).await;
    assert_eq!(sets_cookies(&response).len(), 0);
    let record = site.records(ADA).await.remove(0);
    assert_eq!(
        (record.remember.unwrap().ended_at, record.generation),
        (Some(START), START.cast_unsigned())
    );
    // Restored and confirmed in one request, and logged out meanwhile: nothing of either leaves.
    let site = site_where(|store, _| {
        let gone = store.delete_user(&store_realm(), "1", None).now_or_never();
        gone.expect("at once").expect("it answers");
    });
    let mut client = remembered_at(&site).await;
    let response = client.post("/slow-confirm", &[]).await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("confirmed", 0)
    );
}

#[tokio::test]
async fn i10_restored_and_confirmed_at_once_is_one_pair_of_cookies() {
    let (site, mut client) = remembered().await;
    let mut lost = copy_of(&client);
    let mut on_its_way = copy_of(&client);
    let response = client.post("/confirm", &[]).await;
    assert_eq!(sets_cookies(&response).len(), 2);
    assert_eq!(client.get("/fresh").await.text(), "ada");
    site.clock.advance(secs(SETTLED));
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(who(&mut on_its_way).await, "ada");
    // The same, and the answer is lost: the browser has what it had.
    forget_session(&mut client);
    let first = copy_of(&client);
    copy_of(&first).post("/confirm", &[]).await;
    for seconds in [1, OVERLAP, 7200] {
        site.clock.advance(secs(seconds));
        assert_eq!(who(&mut client).await, "ada");
    }
    // What was replaced before that was shown is a thief's by now.
    assert_eq!(who(&mut lost).await, "anonymous");
}

#[tokio::test]
async fn i10_a_confirm_hands_the_secret_out_again_or_makes_a_new_one() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    let secret = async || site.records(ADA).await[0].remember.as_ref().unwrap().secret;
    let first = secret().await;
    let mut copy = copy_of(&client);
    forget_session(&mut copy);
    assert_eq!(sets_cookies(&client.post("/confirm", &[]).await).len(), 2);
    assert_eq!(secret().await, first);
    assert_eq!(who(&mut copy).await, "ada");
    // The browser has lost its cookie, so nobody knows the secret.
    client.cookies().remove("_remember");
    assert_eq!(sets_cookies(&client.post("/confirm", &[]).await).len(), 2);
    assert_ne!(secret().await, first);
    site.clock.advance(secs(SETTLED));
    assert_eq!(who(&mut client).await, "ada");
    forget_session(&mut client);
    site.clock.advance(secs(7200));
    assert_eq!(who(&mut client).await, "ada", "the new one counts");
    // Copies of the old one are refused alone.
    site.events();
    assert_eq!(who(&mut copy).await, "anonymous");
    let [(LoginEventKind::RememberRefused { reason, .. }, _)] = told(&site.events())[..] else {
        panic!("the refusal is an event");
    };
    assert_eq!(reason, RememberRefusal::WrongSecret);
    assert_eq!(who(&mut client).await, "ada");
}

#[tokio::test]
async fn i10_a_restore_that_a_login_or_a_logout_overtakes_sets_no_cookies_of_its_own() {
    let (site, mut client) = remembered().await;
    let response = client.post("/login?user=2", &[]).await;
    assert_eq!(
        sets_cookies(&response).len(),
        2,
        "a session, and no remembering"
    );
    assert_eq!(who(&mut client).await, "grace");
    assert!(site.records(ADA).await.is_empty());
    let (_, mut client) = remembered().await;
    let response = client.post("/logout", &[]).await;
    assert!(
        sets_cookies(&response)
            .iter()
            .all(|line| line.contains("Max-Age=0"))
    );
    assert_eq!(who(&mut client).await, "anonymous");
    // Nor is anything handed out where the login does not happen.
    let (_, mut client) = remembered().await;
    let response = client.post("/login?user=2&status=500", &[]).await;
    assert_eq!(sets_cookies(&response).len(), 2, "the restore's");
    assert_eq!(who(&mut client).await, "ada");
}

#[tokio::test]
async fn i10_a_record_that_was_written_while_the_store_was_asked_is_not_from_the_future() {
    // Another node, 30 seconds ahead, notes the login 5 seconds after this one has read its clock.
    let site = Site::new();
    let mut client = site.logged_in("").await;
    let gate = site.faults.gate(Call::Load);
    let noted = async {
        gate.reached().await;
        site.clock.advance(secs(5));
        edit(&site.store, |record| record.last_seen_at = START + 5 + 30);
        gate.open();
    };
    let (response, ()) = tokio::join!(client.get("/me"), noted);
    assert_eq!(response.text(), "ada");
    let id = site.records(ADA).await[0].id;
    let realm = site.manager.store_realm();
    assert!(
        site.store
            .load(Ticket::new(realm, id, &[]))
            .await
            .unwrap()
            .is_some()
    );
}
