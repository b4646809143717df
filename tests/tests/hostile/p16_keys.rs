//! P16: a key can be replaced without logging anybody out, and what it signed ends with it.

use crate::{
    promise::Promise,
    stores::every_store,
    world::{Browser, Builder, World, key, secs},
};

/// Where a cookie shows that it counts.
const COOKIES: [(&str, &str); 4] = [
    ("_session", "/me"),
    ("_remember", "/me"),
    ("_flash", "/messages"),
    ("_next", "/login"),
];

/// A browser with one cookie of each kind.
async fn visitor(world: &World, user: u64) -> Browser {
    let mut browser = world.browser();
    let path = format!("/login?user={user}&remember=true");
    assert_eq!(browser.post(&path).await.body, "true");
    assert_eq!(browser.post("/flash?text=hello").await.status, 200);
    // The login would have used it up.
    let mut stranger = world.browser();
    assert_eq!(stranger.get("/dashboard").await.status, 303);
    let (name, page) = stranger.cookies.get("_next").expect("a kept page");
    browser.cookies.set(name, page);
    browser
}

/// The one cookie alone, at this server: whether it counts.
async fn counts(world: &World, browser: &Browser, (cookie, path): (&str, &str)) -> bool {
    let mut alone = browser.at(&world.app);
    for (other, _) in COOKIES {
        if other != cookie {
            alone.cookies.remove(other);
        }
    }
    if alone.cookies.is_empty() {
        return false;
    }
    let answer = alone.get(path).await;
    answer.status == 200 && !["anonymous", "", "\n"].contains(&&*answer.body)
}

fn in_cookie(builder: Builder) -> Builder {
    builder.next_in_cookie(true)
}

#[tokio::test]
async fn p16_keys_rotate() {
    let mut promise = Promise::new(
        "P16 keys rotate",
        [
            "logouts in the overlap",
            "accepts after removal",
            "logouts after removal",
        ],
    );
    let mut tried = 0;
    let stores = every_store().await;
    for store in &stores {
        let old = World::with(store, in_cookie);
        // On the way there, servers know the new key and go on signing with the old one.
        let prepared = old.node(store, |builder| {
            in_cookie(builder).secret_key(key(1)).fallback_key(key(2))
        });
        let overlap = old.node(store, |builder| {
            in_cookie(builder).secret_key(key(2)).fallback_key(key(1))
        });
        let new = old.node(store, |builder| in_cookie(builder).secret_key(key(2)));
        let wrong_way = old.node(store, |builder| {
            in_cookie(builder).secret_key(key(3)).fallback_key(key(2))
        });
        for user in 40..44 {
            let visitor = visitor(&old, user).await;
            for cookie in COOKIES {
                assert!(counts(&old, &visitor, cookie).await, "{}", cookie.0);
            }
            for cookie in COOKIES {
                tried += 1;
                let how = || format!("{}: {} of user {user}", store.name, cookie.0);
                for world in [&prepared, &overlap, &prepared, &overlap] {
                    let on = counts(world, &visitor, cookie).await;
                    promise.demand(on, "logouts in the overlap", "an old cookie", how);
                }
                for world in [&new, &wrong_way] {
                    let on = counts(world, &visitor, cookie).await;
                    promise.demand(!on, "accepts after removal", "an old cookie", how);
                }
            }
            // In the overlap somebody goes on, and has what the new key has signed.
            let mut lives_on = visitor.at(&overlap.app);
            assert_eq!(lives_on.who().await, user.to_string());
            match user % 3 {
                0 => assert_eq!(
                    lives_on.post(&format!("/confirm?user={user}")).await.status,
                    200
                ),
                1 => {
                    let path = format!("/login?user={user}&remember=true");
                    assert_eq!(lives_on.post(&path).await.status, 200);
                }
                _ if store.revocable => {
                    old.clock.advance(secs(3600));
                    lives_on.cookies.remove("_session");
                    assert_eq!(lives_on.who().await, user.to_string());
                    // Looked at once more, so that what the old key made is made anew.
                    assert_eq!(lives_on.who().await, user.to_string());
                }
                // A remember cookie that carries its record stays as it was signed.
                _ => continue,
            }
            for cookie in [COOKIES[0], COOKIES[1]] {
                tried += 1;
                let on = counts(&new, &lives_on, cookie).await;
                promise.demand(
                    on,
                    "logouts after removal",
                    "a cookie of the new key",
                    || format!("{}: {} of user {user}", store.name, cookie.0),
                );
                let on = counts(&old, &lives_on, cookie).await;
                promise.demand(
                    !on,
                    "accepts after removal",
                    "the new key at an old server",
                    || format!("{}: {} of user {user}", store.name, cookie.0),
                );
            }
        }
    }
    promise.judge(format_args!("{tried} cookies on {} stores", stores.len()));
}
