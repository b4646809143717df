//! P10: no request is ever answered as if another user had sent it.

use tokio::task::JoinSet;

use crate::{
    chance::{Chance, scaled},
    promise::Promise,
    stores::every_store,
    world::{Browser, World, secs},
};

/// What one person saw that was not theirs.
struct Seen {
    asked: usize,
    foreign: Vec<String>,
}

/// One person with one browser, who now and then leaves, comes back as somebody else or shows a key.
async fn live(world: World, mut browser: Browser, first: u64, seed: u64, requests: usize) -> Seen {
    let mut chance = Chance::new(seed);
    let mut seen = Seen {
        asked: 0,
        foreign: Vec::new(),
    };
    let mut user = Some(first);
    let key_owner = first + 500_000;
    while seen.asked < requests {
        seen.asked += 1;
        let mut expected = user.map_or("anonymous".to_owned(), |user| user.to_string());
        let answer = match chance.below(12) {
            0 => {
                let next = first + u64::try_from(chance.below(3)).expect("small") * 100_000;
                let path = format!("/login?user={next}&remember={}", chance.one_in(2));
                user = Some(next);
                "true".clone_into(&mut expected);
                browser.post(&path).await
            }
            1 => {
                user = None;
                "logged out".clone_into(&mut expected);
                browser.post("/logout").await
            }
            2 => {
                // With a key beside the cookies: the login counts, and without one the key.
                expected = user.unwrap_or(key_owner).to_string();
                let key = format!("Bearer key-{key_owner}");
                browser
                    .clone()
                    .header("authorization", &key)
                    .get("/me")
                    .await
            }
            3 if browser.cookies.get("_remember").is_some() => {
                browser.cookies.remove("_session");
                browser.get("/me").await
            }
            4 | 5 if user.is_some() => browser.get("/dashboard").await,
            6 if user.is_some() => {
                expected = format!("Some(\"{expected}\") ");
                let mut answer = browser.get("/session").await;
                answer.body.truncate(expected.len());
                answer
            }
            _ => browser.get("/me").await,
        };
        if answer.status != 200 || answer.body != expected {
            seen.foreign.push(format!(
                "seed {seed}, request {}: {expected} saw {} {}",
                seen.asked, answer.status, answer.body
            ));
        }
        // What one request costs the disk another may have to wait for.
        if chance.one_in(4) {
            tokio::task::yield_now().await;
        }
        if chance.one_in(50) {
            world.clock.advance(secs(70));
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p10_users_never_mix() {
    let mut promise = Promise::new("P10 users never mix", ["mixed"]);
    let (mut asked, mut people) = (0, 0);
    let stores = every_store().await;
    for store in &stores {
        // Nobody's login ends while the clock goes on.
        let long = |builder: crate::world::Builder| {
            let day = secs(86_400);
            let builder = builder.absolute_timeout(day * 365);
            match store.revocable {
                true => builder.idle_timeout(day * 365),
                false => builder,
            }
        };
        let world = World::with(store, long);
        world.users.wait(true);
        let (many, each) = match store.name {
            "SqliteStore" => (16, scaled(400) / 16),
            _ => (64, scaled(1600) / 64),
        };
        let mut lives = JoinSet::new();
        for person in 0..many {
            people += 1;
            let node = world.node(store, long);
            let browser = node.logged_in(person, true).await;
            lives.spawn(live(node, browser, person, 1000 + person, each));
        }
        while let Some(seen) = lives.join_next().await {
            let seen = seen.expect("no request panics");
            asked += seen.asked;
            for how in seen.foreign {
                promise.breach("mixed", "an answer", format!("{}: {how}", store.name));
            }
        }
    }
    promise.judge(format_args!(
        "{asked} requests of {people} people on {} stores",
        stores.len()
    ));
}
