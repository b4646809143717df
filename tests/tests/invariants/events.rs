//! What the application hears of.

use std::sync::{Arc, Mutex};

use login_runtime::{LoginEvent as Event, RememberRefusal, SessionProtection};

use crate::{
    site::{Site, copy_of, from_another_browser, secs, who},
    users::ADA,
};

fn ada() -> String {
    ADA.to_string()
}

#[tokio::test]
async fn a_life_of_a_login_is_told_in_order_and_once() {
    let site = Site::new();
    let mut client = site.client();
    client.get("/dashboard").await;
    assert_eq!(site.events(), [Event::UserUnauthorized]);

    client.post("/login?remember=true", &[]).await;
    let login = site.records(ADA).await[0].id;
    let logged_in = Event::UserLoggedIn {
        user_id: ada(),
        login,
        remembered: true,
    };
    assert_eq!(site.events(), [logged_in]);

    client.get("/dashboard").await;
    assert_eq!(site.events(), []);

    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    client.get("/fresh").await;
    let expected = [
        Event::UserLoadedFromCookie { user_id: ada() },
        Event::UserNeedsRefresh { user_id: ada() },
    ];
    assert_eq!(site.events(), expected);

    client.post("/confirm", &[]).await;
    assert_eq!(
        site.events(),
        [Event::UserLoginConfirmed { user_id: ada() }]
    );

    client.post("/logout", &[]).await;
    assert_eq!(
        site.events(),
        [Event::UserLoggedOut {
            user_id: Some(ada())
        }]
    );
    client.post("/logout", &[]).await;
    assert_eq!(site.events(), [Event::UserLoggedOut { user_id: None }]);

    client.header("authorization".parse().unwrap(), "Bearer key-1");
    who(&mut client).await;
    assert_eq!(
        site.events(),
        [Event::UserLoadedFromRequest { user_id: ada() }]
    );
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
    assert_eq!(
        site.events(),
        [Event::SessionProtected {
            user_id: ada(),
            login,
            ended: true
        }]
    );

    let site = Site::new();
    let mut client = site.logged_in("remember=true&duration=1000").await;
    let login = site.records(ADA).await[0].id;
    client.cookies().remove("_session");
    let mut late = copy_of(&client);
    site.clock.advance(secs(100));
    who(&mut client).await;
    who(&mut client).await;
    site.users.edit(ADA, |user| user.password_hash.push('x'));
    site.events();
    who(&mut client).await;
    assert_eq!(
        site.events(),
        [Event::AuthHashChanged {
            user_id: ada(),
            login
        }]
    );
    site.clock.advance(secs(100));
    who(&mut late).await;
    assert_eq!(
        site.events(),
        [Event::RememberTheft {
            user_id: ada(),
            login
        }]
    );

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
    let reason = RememberRefusal::Expired;
    assert_eq!(
        site.events(),
        [Event::RememberRefused {
            user_id: ada(),
            login,
            reason
        }]
    );
}

#[tokio::test]
async fn asking_is_told_once_a_request_to_every_hook_in_order() {
    let heard: Arc<Mutex<Vec<(u8, Event)>>> = Arc::default();
    let hook = |number: u8| {
        let heard = Arc::clone(&heard);
        move |event: &Event| heard.lock().unwrap().push((number, event.clone()))
    };
    let (first, second) = (hook(1), hook(2));
    let site = Site::with(|builder| builder.on_event(first).on_event(second));
    let mut client = site.client();
    client.get("/public").await;
    client.get("/session").await;
    assert_eq!(*heard.lock().unwrap(), [], "nobody asked for a user");
    client.get("/dashboard").await;
    let told = [Event::UserAccessed, Event::UserUnauthorized];
    let told: Vec<_> = told
        .iter()
        .flat_map(|event| [(1, event.clone()), (2, event.clone())])
        .collect();
    assert_eq!(*heard.lock().unwrap(), told);
}
