//! P7: a login has a new id, whatever the browser came with.

use crate::{
    promise::Promise,
    stores::every_store,
    world::{Browser, World, secs},
};

const VICTIM: u64 = 1;
const ATTACKER: u64 = 2;

/// The ways to log in, for the victim.
const LOGINS: [&str; 5] = [
    "/login?user=1",
    "/login?user=1&remember=true",
    "/login?user=1&fresh=false",
    "/login?user=1&force=true",
    "/login-twice?user=1",
];

/// What a browser may hold before it logs in.
const BEFORE: [&str; 7] = [
    "nothing",
    "a chosen value",
    "another user's login",
    "another user's remember cookie",
    "the victim's own login",
    "the victim's restored login",
    "a login that has ended",
];

async fn before(world: &World, what: &str) -> Browser {
    match what {
        "nothing" => world.browser(),
        "a chosen value" => {
            let mut browser = world.browser();
            for name in [crate::world::SESSION, crate::world::REMEMBER] {
                browser.cookies.set(name, "AAAAAAAAAAAAAAAAAAAAAA");
            }
            browser
        }
        "another user's login" => world.logged_in(ATTACKER, true).await,
        "another user's remember cookie" => {
            world.logged_in(ATTACKER, true).await.without("_session")
        }
        "the victim's own login" => world.logged_in(VICTIM, true).await,
        "the victim's restored login" => {
            let mut browser = world.logged_in(VICTIM, true).await.without("_session");
            world.clock.advance(secs(3600));
            assert_eq!(browser.who().await, "1");
            browser
        }
        _ => {
            let browser = world.logged_in(VICTIM, true).await;
            assert_eq!(browser.clone().post("/logout").await.status, 200);
            browser
        }
    }
}

#[tokio::test]
async fn p07_a_login_changes_the_id() {
    let mut promise = Promise::new("P7 login changes the id", ["reused", "planted ones are in"]);
    let mut logins = 0;
    let stores = every_store().await;
    for store in &stores {
        for what in BEFORE {
            for path in LOGINS {
                let world = World::new(store);
                if store.revocable {
                    for user in [VICTIM, ATTACKER] {
                        let ended = world.manager.end_logins_of(&user.to_string()).await;
                        ended.expect("the store answers");
                    }
                }
                let planted = before(&world, what).await;
                let ids = match store.revocable {
                    true => planted.clone().get("/logins").await.body,
                    false => String::new(),
                };
                let mut browser = planted.clone();
                logins += 1;
                assert_eq!(browser.post(path).await.body, "true", "{what}, {path}");
                let how = || format!("{}: {what}, then {path}", store.name);
                for name in ["_session", "_remember"] {
                    let (old, new) = (planted.cookies.get(name), browser.cookies.get(name));
                    let same = old.is_some() && old == new;
                    promise.demand(!same, "reused", "the cookie", how);
                }
                assert_eq!(browser.who().await, "1", "{what}, {path}");
                if store.revocable {
                    let new = browser.get("/logins").await.body;
                    let kept = ids.split(' ').any(|id| !id.is_empty() && new.contains(id));
                    promise.demand(!kept, "reused", "the record's id", how);
                    let one = new.split(' ').count() == 1;
                    promise.demand(one, "reused", "the old record stays", how);
                    // Whoever planted the cookies holds nothing now.
                    for jar in [&planted, &planted.without("_session")] {
                        let who = jar.clone().who().await;
                        promise.demand(who == "anonymous", "planted ones are in", "a copy", || {
                            format!("{}: {who}", how())
                        });
                    }
                } else {
                    // There a copy lives on, as its documentation says; never as the new login.
                    let who = planted.clone().who().await;
                    let victims = what.contains("victim") || what.contains("ended");
                    let is_in = who == "1" && !victims;
                    promise.demand(!is_in, "planted ones are in", "a copy", how);
                }
            }
        }
        // A confirm keeps the record and replaces both cookies.
        let world = World::new(store);
        let planted = world.logged_in(VICTIM, true).await;
        let mut browser = planted.clone();
        world.clock.advance(secs(300));
        assert_eq!(browser.post("/confirm?user=1").await.status, 200);
        for name in ["_session", "_remember"] {
            let same = planted.cookies.get(name) == browser.cookies.get(name);
            promise.demand(!same, "reused", "the cookie", || {
                format!("{name} after a confirm")
            });
        }
        if store.revocable {
            world.clock.advance(secs(61));
            let who = planted.without("_remember").who().await;
            promise.demand(
                who == "anonymous",
                "planted ones are in",
                "a confirm",
                || format!("{}: the session from before a confirm is {who}", store.name),
            );
        }
    }
    promise.judge(format_args!("{logins} logins on {} stores", stores.len()));
}
