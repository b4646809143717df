//! What the application hears of.

use std::sync::{Arc, Mutex};

use login_runtime::{
    LoginEvent, LoginEventKind as Kind, LoginManager, RememberRefusal, SessionProtection,
    store::{LoginId, MemoryStore},
};
use login_tests::{Call, Faults, FaultyStore};

use crate::{
    site::{START, Site, copy_of, from_another_browser, key, secs, told, who},
    users::{ADA, Users, load_user},
};

fn of_ada(kind: Kind) -> (Kind, Option<String>) {
    (kind, Some(ADA.to_string()))
}

/// What happened, all of it to this login of hers.
fn happened_to(login: LoginId, site: &Site) -> Vec<Kind> {
    let kind = |event: &LoginEvent| {
        assert_eq!(event.login, Some(login));
        assert_eq!(event.user_id, Some(ADA.to_string()));
        event.kind
    };
    site.events().iter().map(kind).collect()
}

#[tokio::test]
async fn a_life_of_a_login_is_told_in_order_and_once() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/dashboard").await;
    assert_eq!(told(&site.events()), [(Kind::UserUnauthorized, None)]);

    client.post("/login?remember=true", &[]).await;
    let login = site.records(ADA).await[0].id;
    let [logged_in] = &site.events()[..] else {
        panic!("a login is told once");
    };
    assert!(matches!(
        logged_in.kind,
        Kind::UserLoggedIn {
            remembered: true,
            ..
        }
    ));
    assert_eq!(logged_in.login, Some(login));
    assert_eq!(logged_in.user_id, Some(ADA.to_string()));

    client.get("/dashboard").await;
    assert_eq!(site.events(), []);

    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    client.get("/fresh").await;
    let expected = [
        of_ada(Kind::UserLoadedFromCookie),
        of_ada(Kind::UserNeedsRefresh),
    ];
    assert_eq!(told(&site.events()), expected);

    client.post("/confirm", &[]).await;
    assert_eq!(told(&site.events()), [of_ada(Kind::UserLoginConfirmed)]);

    client.post("/logout", &[]).await;
    assert_eq!(told(&site.events()), [of_ada(Kind::UserLoggedOut)]);
    client.post("/logout", &[]).await;
    assert_eq!(told(&site.events()), [(Kind::UserLoggedOut, None)]);

    client.header("authorization".parse().unwrap(), "Bearer key-1");
    who(&mut client).await;
    assert_eq!(told(&site.events()), [of_ada(Kind::UserLoadedFromRequest)]);
}

#[tokio::test]
async fn what_did_not_happen_is_not_told() {
    let site = Site::new();
    let mut client = site.client();
    client.post("/login?status=500", &[]).await;
    site.faults.fail_at(1, login_tests::Fault::Error);
    client.post("/login", &[]).await;
    assert_eq!(site.events(), []);
    let mut client = site.logged_in("").await;
    site.events();
    client.post("/confirm?status=500", &[]).await;
    client.post("/login?user=2&status=500", &[]).await;
    assert_eq!(site.events(), []);
}

#[tokio::test]
async fn trouble_is_told_too() {
    let site = Site::with(|builder| builder.session_protection(SessionProtection::Strong));
    let mut client = site.logged_in("").await;
    let login = site.records(ADA).await[0].id;
    site.events();
    who(from_another_browser(&mut client)).await;
    assert!(matches!(
        site.events()[..],
        [LoginEvent { kind: Kind::SessionProtected { ended: true, .. }, login: Some(it), .. }]
            if it == login
    ));

    let site = Site::new();
    let mut client = site.logged_in("remember=true&duration=5000").await;
    let login = site.records(ADA).await[0].id;
    client.cookies().remove("_session");
    let mut late = copy_of(&client);
    site.clock.advance(secs(100));
    who(&mut client).await;
    site.clock.advance(secs(90));
    who(&mut client).await;
    site.users.edit(ADA, |user| user.password_hash.push('x'));
    site.events();
    who(&mut client).await;
    assert_eq!(happened_to(login, &site), [Kind::AuthHashChanged]);
    // Both shows are one burst.
    site.clock.advance(secs(1800 - 190 + 1));
    who(&mut late).await;
    assert!(matches!(
        happened_to(login, &site)[..],
        [Kind::RememberTheft {
            everywhere: false,
            ..
        }]
    ));

    // A remember cookie whose time is over is over by its own word; the record's counts as well.
    let mut client = site.logged_in("remember=true&duration=1000").await;
    let mut record = site.records(ADA).await.remove(0);
    let login = record.id;
    record.remember.as_mut().unwrap().expires_at -= 900;
    record.version += 1;
    login_runtime::store::LoginStore::update(&site.store, record.login())
        .await
        .unwrap();
    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    site.events();
    assert_eq!(who(&mut client).await, "anonymous");
    assert!(matches!(
        happened_to(login, &site)[..],
        [Kind::RememberRefused {
            reason: RememberRefusal::Expired,
            ..
        }]
    ));
}

#[tokio::test]
async fn asking_is_told_once_a_request_to_every_hook_in_order() {
    let heard: Arc<Mutex<Vec<(u8, Kind)>>> = Arc::default();
    let hook = |number: u8| {
        let heard = Arc::clone(&heard);
        move |event: &LoginEvent| heard.lock().unwrap().push((number, event.kind))
    };
    let (first, second) = (hook(1), hook(2));
    let site = Site::with(|builder| builder.on_event(first).on_event(second));
    let mut client = site.client();
    client.get("/public").await;
    client.get("/session").await;
    assert_eq!(*heard.lock().unwrap(), [], "nobody asked for a user");
    client.get("/dashboard").await;
    let told = [Kind::UserAccessed, Kind::UserUnauthorized];
    let told: Vec<_> = told
        .iter()
        .flat_map(|kind| [(1, *kind), (2, *kind)])
        .collect();
    assert_eq!(*heard.lock().unwrap(), told);
}

#[tokio::test]
async fn an_event_says_what_an_audit_needs_and_nothing_secret() {
    let peer = "192.0.2.7".parse().unwrap();
    let site = Site::with(|builder| builder.client_address(move |_| Some(peer)));
    let mut client = site.client();
    client.get("/dashboard?api_key=secret").await;
    let [event] = &site.events()[..] else {
        panic!("one refusal");
    };
    assert_eq!(event.at.as_secs(), START);
    assert_eq!(&*event.realm, "login");
    assert_eq!(event.address, Some(peer));
    assert_eq!(event.path.as_deref(), Some("/dashboard"));
    assert_eq!(
        event.user_agent.as_deref(),
        Some("login-runtime test client")
    );
    assert!(!format!("{event:?}").contains("secret"));
}

#[tokio::test]
async fn whether_a_device_is_new_is_asked_for_those_who_listen_alone() {
    let faults = Faults::default();
    let store = FaultyStore::new(MemoryStore::new(), &faults);
    let manager = LoginManager::builder(load_user, store)
        .secret_key(key(1))
        .with_state::<()>(Users::new())
        .build()
        .unwrap();
    manager.test_login(&Users::new().get(ADA)).await.unwrap();
    assert_eq!(faults.calls(), [Call::Create, Call::PurgeExpired]);
    let site = Site::new();
    site.just_logged_in("").await;
    let listening = [Call::Create, Call::ListUser, Call::PurgeExpired];
    assert_eq!(site.faults.calls(), listening);
}

#[tokio::test]
async fn a_device_is_new_until_a_live_login_of_the_user_has_its_name() {
    let site = Site::new();
    let is_new = || {
        let events = site.events();
        let logged_in = |event: &LoginEvent| match event.kind {
            Kind::UserLoggedIn { new_device, .. } => Some(new_device),
            _ => None,
        };
        events.iter().find_map(logged_in)
    };
    site.logged_in("").await;
    assert_eq!(is_new(), Some(Some(true)));
    site.logged_in("").await;
    assert_eq!(is_new(), Some(Some(false)));
    site.logged_in("user=2").await;
    assert_eq!(is_new(), Some(Some(true)), "another user's device");
    let mut other = site.client();
    from_another_browser(&mut other).post("/login", &[]).await;
    assert_eq!(is_new(), Some(Some(true)));
    // What is over does not count.
    site.clock.advance(secs(3600));
    site.logged_in("").await;
    assert_eq!(is_new(), Some(Some(true)));
    // A store that does not answer does not keep anybody out.
    site.faults.fail_at(2, login_tests::Fault::Error);
    site.logged_in("").await;
    assert_eq!(is_new(), Some(None));
}
