//! P8: a password change ends every other login of the user, remembered ones included.

use axum::http::StatusCode;
use login_runtime::LoginEventKind;

use crate::{
    promise::Promise,
    stores::every_store,
    world::{World, secs, unguarded_actions},
};

#[tokio::test]
async fn p08_a_password_change_ends_other_logins() {
    let mut promise = Promise::new(
        "P8 a password change ends other logins",
        ["requests let in", "logins of others ended"],
    );
    let mut refused = 0;
    let stores = every_store().await;
    for store in &stores {
        let mut user = 20;
        for restored in [false, true] {
            for by_owner in [false, true] {
                user += 1;
                let world = World::new(store);
                let mut owner = world.logged_in(user, true).await;
                let mut other = world.logged_in(user, true).await;
                if restored {
                    world.clock.advance(secs(3600));
                    other.cookies.remove("_session");
                    assert_eq!(other.who().await, user.to_string());
                    owner.who().await;
                }
                if by_owner {
                    let answer = owner.post("/password").await;
                    assert_eq!(answer.status, 200, "{}", answer.body);
                    assert_eq!(owner.who().await, user.to_string(), "{}", store.name);
                } else {
                    world.users.change_password(user);
                }
                for later in [0, 61, 1000] {
                    world.clock.advance(secs(later));
                    for device in [
                        other.clone(),
                        other.without("_session"),
                        other.without("_remember"),
                    ] {
                        for path in ["/me", "/dashboard", "/fresh"] {
                            refused += 1;
                            let answer = device.clone().get(path).await;
                            let is_out = answer.body == "anonymous"
                                || ![200, 500, 503].contains(&answer.status);
                            promise.demand(is_out, "requests let in", "an old login", || {
                                format!(
                                    "{}: {path} {later} s after, restored: {restored}, by the \
                                     owner: {by_owner}: {} {}",
                                    store.name, answer.status, answer.body
                                )
                            });
                        }
                    }
                }
                if by_owner {
                    assert_eq!(owner.who().await, user.to_string(), "{}", store.name);
                }
            }
        }
        if store.revocable {
            old_logins_act(&mut promise, store, &mut refused).await;
            old_copies_end_nobody(&mut promise, store).await;
        }
    }
    promise.judge(format_args!(
        "{refused} requests on {} stores",
        stores.len()
    ));
}

/// A login that a password change has ended shows no devices and ends none, also where a page
/// forgot to ask who is there.
async fn old_logins_act(promise: &mut Promise, store: &crate::stores::Store, refused: &mut usize) {
    let user = 30;
    for path in ["/logins", "/logout-others", "/logout-everywhere"] {
        let world = World::new(store);
        let app = unguarded_actions()
            .with_state(world.users.clone())
            .layer(world.manager.layer());
        let mut thief = world.logged_in(user, true).await;
        world.users.change_password(user);
        let mut owner = world.logged_in(user, true).await;
        let mut old = thief.at(&app);
        *refused += 1;
        let answer = match path {
            "/logins" => old.get(path).await,
            _ => old.post(path).await,
        };
        let ok = answer.status == StatusCode::OK.as_u16();
        promise.demand(
            !ok,
            "requests let in",
            "an ended login acts on devices",
            || format!("{}: {path}: {}", store.name, answer.body),
        );
        let who = owner.who().await;
        promise.demand(
            who == user.to_string(),
            "logins of others ended",
            "an ended login acts on devices",
            || format!("{}: {path} ended the owner's new login", store.name),
        );
        let who = thief.who().await;
        promise.demand(
            who == "anonymous",
            "requests let in",
            "an old login",
            || format!("{}: after {path}: {who}", store.name),
        );
    }
}

/// An old copy of a login that the change has ended ends that record at most.
async fn old_copies_end_nobody(promise: &mut Promise, store: &crate::stores::Store) {
    let user = 31;
    let world = World::new(store);
    let mut browser = world.logged_in(user, true).await;
    let copy = browser.without("_session");
    for _ in 0..3 {
        world.clock.advance(secs(7200));
        browser.cookies.remove("_session");
        assert_eq!(browser.who().await, user.to_string());
        world.clock.advance(secs(120));
        assert_eq!(browser.who().await, user.to_string());
    }
    world.users.change_password(user);
    let mut owner = world.logged_in(user, true).await;
    world.events();
    for _ in 0..4 {
        world.clock.advance(secs(1000));
        let who = copy.clone().who().await;
        promise.demand(who == "anonymous", "requests let in", "an old copy", || {
            who.clone()
        });
    }
    let who = owner.who().await;
    let ended = world
        .events()
        .iter()
        .any(|event| matches!(event.kind, LoginEventKind::RememberTheft));
    promise.demand(
        who == user.to_string(),
        "logins of others ended",
        "an old copy of an ended login",
        || {
            format!(
                "{}: the new login is {who}, theft told: {ended}",
                store.name
            )
        },
    );
}
