//! P14: a visitor without a login costs no call of the store and gets no cookie.

use crate::{
    chance::{Chance, scaled},
    promise::Promise,
    stores::every_store,
    world::{World, send, with_cookie},
};

/// What strangers bring along: nothing, the cookies of others, and forged ones.
const COOKIES: [&str; 7] = [
    "",
    "_ga=GA1.1.1; theme=dark",
    "__Host-login_session=",
    "__Host-login_session=forged; __Host-login_remember=forged",
    "__Host-login_session=AQAAAABlU_EAAAAAAGVVQoB8KjP8-tz99JkVbUC0at-2AAAAAAAAAAA4faTOj9gpndWSbzwIIDW74LCEOEyqYKyZxShR_uGVCx",
    "session=eyJ1c2VyX2lkIjoxfQ.aaaa; remember_token=1|aaaa",
    "\u{e9}\u{e8}; ;;=;",
];

#[tokio::test]
async fn p14_anonymous_costs_nothing() {
    let mut promise = Promise::new(
        "P14 anonymous costs nothing",
        ["store calls", "cookies", "`Vary` on what asked nothing"],
    );
    let mut hits = 0;
    let stores = every_store().await;
    for store in &stores {
        let world = World::faulty(store, |builder| builder);
        let mut chance = Chance::new(14);
        for _ in 0..scaled(500) {
            let path = *chance.pick(&["/", "/about", "/nothing", "/me"]);
            let cookie = *chance.pick(&COOKIES);
            world.faults.forget();
            let answer = send(&world.app, with_cookie(path, cookie.as_bytes())).await;
            hits += 1;
            let how = || format!("{}: {path} with {cookie:?}: {answer:?}", store.name);
            let calls = world.faults.calls();
            promise.demand(calls.is_empty(), "store calls", "a stranger", || {
                format!("{calls:?}, {}", how())
            });
            promise.demand(
                answer.set_cookies().is_empty(),
                "cookies",
                "a stranger",
                how,
            );
            let quiet =
                answer.header("vary").is_empty() && answer.header("cache-control").is_empty();
            let vary = "`Vary` on what asked nothing";
            promise.demand(quiet || path == "/me", vary, "a stranger", how);
        }
        // The counter counts: somebody who is known costs a call.
        let mut browser = world.logged_in(1, false).await;
        world.faults.forget();
        assert_eq!(browser.who().await, "1");
        assert!(!world.faults.calls().is_empty() && hits > 0);
        world.faults.forget();
    }
    promise.judge(format_args!("{hits} hits on {} stores", stores.len()));
}
