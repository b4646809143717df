//! P12: a request that is dropped at any await leaves the old login whole, or the new one made and
//! the old ones gone, and nothing between.

use std::time::Duration;

use axum::http::Method;
use login_tests::poll_at_most;
use tokio::time::sleep;

use crate::{
    promise::Promise,
    stores::{Store, every_store},
    world::{Browser, World, secs, send},
};

const USER: u64 = 5;

const ACTIONS: [&str; 8] = [
    "/dashboard",
    "/login?user=5",
    "/login?user=5&remember=true",
    "/login?user=6&remember=true",
    "/confirm?user=5",
    "/logout",
    "/logout-others",
    "/logout-everywhere",
];

/// Somebody who is remembered, with a session or about to be restored.
async fn at_the_door(store: &Store, restored: bool) -> (World, Browser) {
    let world = World::faulty(store, |builder| builder);
    world.users.wait(true);
    if store.revocable {
        for user in ["5", "6"] {
            world
                .manager
                .end_logins_of(user)
                .await
                .expect("the store answers");
        }
    }
    let mut browser = world.logged_in(USER, true).await;
    if restored {
        browser.cookies.remove("_session");
        world.clock.advance(secs(120));
    }
    (world, browser)
}

/// How many logins a user has, as the store counts them. They end.
async fn count(world: &World, user: u64) -> u64 {
    let ended = world.manager.end_logins_of(&user.to_string()).await;
    ended.expect("the store answers")
}

/// Waits for what goes on by itself, on another thread, a disk or a server: until nothing has been
/// asked of the store for a while.
async fn until_quiet(world: &World, store: &Store) {
    let in_memory = store.name.starts_with("MemoryStore");
    let pause = Duration::from_millis(if in_memory { 2 } else { 15 });
    let mut asked = world.faults.calls().len();
    loop {
        sleep(pause).await;
        let now = world.faults.calls().len();
        if now == asked {
            return;
        }
        asked = now;
    }
}

/// Drops the request after so many polls; says whether it was done by then.
async fn dropped(browser: &Browser, world: &World, path: &str, polls: usize) -> bool {
    let request = browser.request(Method::POST, path);
    let done = poll_at_most(polls, send(&world.app, request)).await;
    if let Some(answer) = &done {
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
    done.is_some()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p12_everything_is_cancel_safe() {
    let mut promise = Promise::new(
        "P12 cancel-safe",
        ["half logins", "lost logins", "requests that stay stuck"],
    );
    let mut points = 0;
    let stores = every_store().await;
    for store in &stores {
        for restored in [false, true] {
            for path in ACTIONS {
                // A store in cookies cannot be asked what it holds.
                if !store.revocable && path.starts_with("/logout-") {
                    continue;
                }
                for (before, after) in [(true, false), (true, true)] {
                    for polls in 0..200 {
                        let (world, browser) = at_the_door(store, restored).await;
                        world.faults.yields(before, after);
                        let done = dropped(&browser, &world, path, polls).await;
                        if store.revocable && !done {
                            until_quiet(&world, store).await;
                        }
                        world.faults.forget();
                        if done {
                            break;
                        }
                        points += 1;
                        let how = || {
                            format!(
                                "{}: {path}, restored: {restored}, dropped after {polls} polls",
                                store.name
                            )
                        };
                        judge(&mut promise, store, &world, &browser, path, how).await;
                    }
                }
            }
        }
    }
    promise.judge(format_args!("{points} points on {} stores", stores.len()));
}

async fn judge(
    promise: &mut Promise,
    store: &Store,
    world: &World,
    browser: &Browser,
    path: &str,
    how: impl Fn() -> String,
) {
    // The answer never came: the browser has what it had.
    let mut old = browser.clone();
    let answer = old.get("/me").await;
    let stuck = answer.status != 200;
    promise.demand(!stuck, "requests that stay stuck", "after a drop", || {
        format!("{}: then {} {}", how(), answer.status, answer.body)
    });
    let is_in = answer.body == USER.to_string();
    let nobody = answer.body == "anonymous";
    promise.demand(
        is_in || nobody || stuck,
        "half logins",
        "somebody else",
        || format!("{}: then it is {}", how(), answer.body),
    );
    if !store.revocable {
        // There nothing happens before the answer.
        promise.demand(is_in, "lost logins", "without a record", how);
        return;
    }
    let (of_user, of_other) = (count(world, USER).await, count(world, 6).await);
    let all = of_user + of_other;
    let ends = path.starts_with("/logout");
    let logs_in = path.starts_with("/login?");
    let found = || format!("{}: in: {is_in}, {of_user} and {of_other} records", how());
    if logs_in {
        let old_is_whole = is_in && of_user == 1 && of_other == 0;
        let new_is_made = nobody && all == 1;
        let lost = all == 0;
        promise.demand(
            !lost,
            "lost logins",
            "the old one is gone, the new one is not there",
            found,
        );
        let half = !(old_is_whole || new_is_made || lost);
        promise.demand(!half, "half logins", "a login was cut off", found);
    } else if ends {
        let whole = is_in && of_user == 1;
        let ended = nobody && all == 0;
        promise.demand(whole || ended, "half logins", "a logout was cut off", found);
    } else {
        // A confirm or restore whose answer is lost may have replaced the session, never the record.
        let by_session = browser.cookies.get("_session").is_some();
        let confirmed = path.starts_with("/confirm");
        let why = match (confirmed, by_session) {
            (true, false) => "restored and confirmed at once, and the answer lost",
            _ => "a record is gone",
        };
        promise.demand(all == 1, "lost logins", why, found);
        promise.demand(
            is_in || (confirmed && by_session),
            "lost logins",
            why,
            found,
        );
    }
}
