//! Cookies that leave with an answer or never, whatever happens while its handler is at work.

use std::sync::Arc;

use axum::routing::{get, post};
use futures_util::{FutureExt, future::BoxFuture};
use login_runtime::{
    CurrentUser, LoginError, LoginEventKind, LoginSession, RememberRefusal,
    store::{LoginStore, Ticket},
    testing::ManualClock,
};
use login_tests::{Call, Fault, Record};

use crate::{
    remember::{LATER, OVERLAP, SETTLED, forget_session, remembered, remembered_at},
    site::{START, Site, copy_of, secs, sets_cookies, store_realm, told, who},
    test_store::TestStore,
    users::{ADA, User, Users},
};

type Meanwhile = dyn Fn(TestStore, ManualClock) -> BoxFuture<'static, ()> + Send + Sync;

/// A site with pages on which something happens while their handlers are at work.
fn site_where<F: Future<Output = ()> + Send + 'static>(
    what: impl Fn(TestStore, ManualClock) -> F + Send + Sync + 'static,
) -> Site {
    let (store, clock) = (TestStore::new(), ManualClock::at(START));
    let what: Arc<Meanwhile> = Arc::new(move |store, clock| what(store, clock).boxed());
    let happens = {
        let (store, clock) = (store.clone(), clock.clone());
        move || what(store.clone(), clock.clone())
    };
    let also_happens = happens.clone();
    let slow = async move |user: CurrentUser<User>| {
        happens().await;
        user.user().map_or("anonymous", |user| user.name)
    };
    let slow_confirm = async move |user: CurrentUser<User>, session: LoginSession<User>| {
        if let Some(user) = user.user() {
            session.confirm_login(user).await?;
        }
        also_happens().await;
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
async fn edit(store: &TestStore, edit: impl FnOnce(&mut Record)) {
    let listed = store.list_user(&store_realm(), "1").await;
    let login = listed.expect("it answers").remove(0);
    let mut record = Record::from(&login);
    edit(&mut record);
    record.version += 1;
    store.update(record.login()).await.expect("it answers");
}

#[tokio::test]
async fn i10_cookies_settle_from_when_they_leave_the_server() {
    let site = site_where(async |_, clock| clock.advance(secs(600)));
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
    let site = site_where(async |_, clock| clock.advance(secs(600)));
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
        let site = site_where(move |store, _| async move { edit(&store, what).await });
        let mut client = remembered_at(&site).await;
        let response = client.get("/slow").await;
        assert_eq!(
            (&*response.text(), sets_cookies(&response).len()),
            ("ada", 0)
        );
    }
    let site = site_where(async |store, _| {
        let gone = store.delete_user(&store_realm(), "1", None).await;
        assert_eq!(gone.expect("it answers"), 1);
    });
    let mut client = remembered_at(&site).await;
    let response = client.get("/slow").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("ada", 0)
    );
    // A touch is no moving on.
    let site = site_where(async |store, _| {
        edit(&store, |record| record.last_seen_at += 1).await;
    });
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
    let site = site_where(async |store, _| {
        edit(&store, |record| {
            record.remember.as_mut().unwrap().ended_at = Some(START);
        })
        .await;
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
    let site = site_where(async |store, _| {
        let gone = store.delete_user(&store_realm(), "1", None).await;
        gone.expect("it answers");
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
        edit(&site.store, |record| record.last_seen_at = START + 5 + 30).await;
        gate.open();
    };
    let (response, ()) = tokio::join!(client.get("/me"), noted);
    assert_eq!(response.text(), "ada");
    let login = site.records(ADA).await.remove(0).login();
    let carried = site.store.carry(&login);
    assert!(
        site.store
            .load(Ticket::new(login.realm(), login.id(), &carried))
            .await
            .unwrap()
            .is_some()
    );
}
