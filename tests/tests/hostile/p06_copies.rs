//! P6: a logout ends every copy of the login's cookies, at once and for good.

use login_runtime::testing::TestCookies;

use crate::{
    promise::Promise,
    stores::revocable_stores,
    world::{Browser, World, secs},
};

const ENDINGS: [&str; 8] = [
    "/logout",
    "/logout?status=500",
    "/logout-everywhere",
    "end_logins_of",
    "another device: /logout-others",
    "another device: /end",
    "another device: /logout-everywhere",
    "one login too many",
];

async fn end(world: &World, browser: &mut Browser, user: u64, ending: &str) {
    let done = match ending {
        "end_logins_of" => world.manager.end_logins_of(&user.to_string()).await.is_ok(),
        "one login too many" => {
            // Of those that were seen in the same second, nobody can say which one ends.
            world.clock.advance(secs(1));
            for _ in 0..3 {
                world.logged_in(user, false).await;
            }
            true
        }
        _ => match ending.strip_prefix("another device: ") {
            None => [200, 500].contains(&browser.post(ending).await.status),
            Some(path) => {
                let own = browser.get("/logins").await.body;
                let mut device = world.logged_in(user, false).await;
                let path = match path {
                    "/end" => format!("/end?id={own}"),
                    _ => path.to_owned(),
                };
                device.post(&path).await.status == 200
            }
        },
    };
    assert!(done, "{ending}");
}

#[tokio::test]
async fn p06_a_logout_kills_copies() {
    let mut promise = Promise::new("P6 logout kills copies", ["accepted"]);
    let mut replayed = 0;
    let stores = revocable_stores().await;
    let three = 3.try_into().expect("not 0");
    for store in &stores {
        let mut user = 10;
        for ending in ENDINGS {
            for restored in [false, true] {
                user += 1;
                let world = World::with(store, |builder| builder.max_logins_per_user(three));
                let mut browser = world.logged_in(user, true).await;
                let mut copies: Vec<TestCookies> = vec![browser.cookies.clone()];
                if restored {
                    world.clock.advance(secs(3600));
                    browser.cookies.remove("_session");
                    assert_eq!(browser.who().await, user.to_string());
                    copies.push(browser.cookies.clone());
                }
                for jar in copies.clone() {
                    for name in ["_session", "_remember"] {
                        let mut one = jar.clone();
                        one.remove(name);
                        copies.push(one);
                    }
                }
                end(&world, &mut browser, user, ending).await;
                let other_node = world.node(store, |builder| builder);
                for later in [0, 61, 1000, 86_000] {
                    world.clock.advance(secs(later));
                    for jar in &copies {
                        for app in [&world.app, &other_node.app] {
                            replayed += 1;
                            let mut copy = browser.at(app).holding(jar);
                            let found = copy.who_everywhere().await;
                            promise.demand(found.is_empty(), "accepted", "a copy", || {
                                format!(
                                    "{}: after {ending} (restored: {restored}), {later} s later, \
                                     {}: {}",
                                    store.name,
                                    jar.header(),
                                    found.join(", ")
                                )
                            });
                        }
                    }
                }
            }
        }
    }
    promise.judge(format_args!(
        "{replayed} replays on {} stores",
        stores.len()
    ));
}
