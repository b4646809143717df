//! P15: every limit holds to the second, and no clock makes the library panic or let anybody in
//! late.

use std::time::Duration;

use login_runtime::CookieOptions;

use crate::{
    promise::Promise,
    stores::{Store, every_store},
    world::{Browser, Builder, START, World, secs},
};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;
const TEN_YEARS: i64 = 10 * 366 * 86_400;

/// One limit: what is set, who comes, which page says whether it is over, and when it is.
struct Limit {
    name: &'static str,
    edit: fn(Builder) -> Builder,
    without: &'static str,
    prepare: &'static str,
    path: &'static str,
    ends_after: u64,
    by_server: bool,
}

#[rustfmt::skip]
const LIMITS: &[Limit] = &[
    Limit { name: "idle", edit: |b| b, without: "_remember", prepare: "/login?user=1", path: "/me", ends_after: HOUR, by_server: true },
    Limit { name: "idle, set", edit: |b| b.idle_timeout(secs(300)), without: "_remember", prepare: "/login?user=1&remember=true", path: "/dashboard", ends_after: 300, by_server: true },
    Limit { name: "absolute", edit: |b| b.absolute_timeout(secs(HOUR)).fresh_for(secs(60)), without: "_remember", prepare: "/login?user=1", path: "/me", ends_after: HOUR, by_server: false },
    Limit { name: "fresh", edit: |b| b, without: "_remember", prepare: "/login?user=1", path: "/fresh", ends_after: 15 * 60, by_server: false },
    Limit { name: "fresh within", edit: |b| b, without: "_remember", prepare: "/login?user=1", path: "/fresh-in-10-minutes", ends_after: 600, by_server: false },
    Limit { name: "fresh, set", edit: |b| b.fresh_for(secs(90)), without: "_remember", prepare: "/login?user=1", path: "/fresh", ends_after: 90, by_server: false },
    Limit { name: "remember", edit: |b| b, without: "_session", prepare: "/login?user=1&remember=true", path: "/me", ends_after: 30 * DAY, by_server: false },
    Limit { name: "remember, set", edit: |b| b.remember_duration(secs(DAY)), without: "_session", prepare: "/login?user=1&remember=true", path: "/me", ends_after: DAY, by_server: false },
    Limit { name: "flash", edit: |b| b, without: "_session", prepare: "/flash?text=x", path: "/messages", ends_after: 600, by_server: false },
    Limit { name: "next", edit: |b| b.next_in_cookie(true), without: "_session", prepare: "", path: "/login", ends_after: HOUR, by_server: false },
];

impl Limit {
    fn world(&self, store: &Store) -> World {
        World::with(store, self.edit)
    }

    async fn browser(&self, world: &World) -> Browser {
        let mut browser = world.browser();
        match self.prepare {
            "" => assert_eq!(browser.get("/dashboard").await.status, 303),
            path => assert_eq!(browser.post(path).await.status, 200, "{path}"),
        }
        browser.without(self.without)
    }

    async fn is_on(&self, browser: &Browser) -> bool {
        let answer = browser.clone().get(self.path).await;
        assert!(answer.status < 500, "{}: {}", self.name, answer.body);
        answer.status == 200 && !["anonymous", "", "\n"].contains(&&*answer.body)
    }
}

#[tokio::test]
async fn p15_time_is_respected() {
    let mut promise = Promise::new(
        "P15 time is respected",
        ["late accepts", "early refusals", "panics"],
    );
    let mut looks = 0;
    let stores = every_store().await;
    for store in &stores {
        for limit in LIMITS {
            if limit.by_server && !store.revocable {
                continue;
            }
            let end = i64::try_from(limit.ends_after).expect("small");
            for (at, on) in [
                (0, true),
                (end - 1, true),
                (end, false),
                (end + 1, false),
                (end + TEN_YEARS, false),
                (i64::MAX - START, false),
                // From before it was made, by more than clocks may differ.
                (-31, false),
                (-TEN_YEARS, false),
                (i64::MIN + START, false),
            ] {
                looks += 1;
                let world = limit.world(store);
                let browser = limit.browser(&world).await;
                world.clock.set(START.saturating_add(at));
                let is_on = limit.is_on(&browser).await;
                let how = || format!("{}: {} at {at} of {end} s", store.name, limit.name);
                promise.demand(on || !is_on, "late accepts", "a limit", how);
                promise.demand(!on || is_on, "early refusals", "a limit", how);
                if !(0..=TEN_YEARS).contains(&at) {
                    // A clock that was far off and is right again has cost nothing.
                    world.clock.set(START + 1);
                    let back = limit.is_on(&browser).await;
                    promise.demand(back, "early refusals", "a wrong clock", how);
                }
            }
        }
        wrong_clocks(&mut promise, store, &mut looks).await;
    }
    promise.judge(format_args!("{looks} looks on {} stores", stores.len()));
}

/// Everything that can be done, by clocks that are far off and settings that never end.
async fn wrong_clocks(promise: &mut Promise, store: &Store, looks: &mut usize) {
    let longest = |builder: Builder| {
        let builder = builder
            .absolute_timeout(Duration::MAX)
            .fresh_for(Duration::MAX)
            .timeout(Duration::MAX)
            .session_cookie(CookieOptions::persistent);
        match store.revocable {
            true => builder.idle_timeout(Duration::MAX).touch_interval(secs(0)),
            false => builder,
        }
    };
    let settings: [fn(Builder) -> Builder; 1] = [|builder| builder];
    for wrong in [
        START - TEN_YEARS,
        START + TEN_YEARS,
        i64::MIN,
        i64::MAX,
        i64::MIN + 1,
        i64::MAX - 1,
        0,
        -1,
    ] {
        for endless in [false, true] {
            let world = match endless {
                true => World::with(store, longest),
                false => World::with(store, settings[0]),
            };
            let mut browser = world.logged_in(1, true).await;
            world.clock.set(wrong);
            for path in [
                "/login?user=1&remember=true",
                "/confirm?user=1",
                "/flash?text=x",
                "/logout",
                "/login?user=2",
            ] {
                *looks += 1;
                let status = browser.post(path).await.status;
                // Actions of somebody who is no longer there are errors of the application.
                promise.demand(
                    [200, 401, 500].contains(&status),
                    "panics",
                    "a clock",
                    || format!("{}: {path} at {wrong}: {status}", store.name),
                );
            }
            for path in ["/me", "/dashboard", "/fresh", "/messages", "/session"] {
                *looks += 1;
                let status = browser.get(path).await.status;
                promise.demand(
                    [200, 303, 401].contains(&status),
                    "panics",
                    "a clock",
                    || format!("{}: {path} at {wrong}: {status}", store.name),
                );
            }
        }
    }
}
