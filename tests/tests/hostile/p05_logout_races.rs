//! P5: after a logout nothing that was on its way brings the login back.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use login_runtime::testing::TestCookies;
use tokio::{sync::Barrier, task::JoinSet, time::sleep};

use crate::{
    chance::{Chance, scaled},
    promise::Promise,
    stores::revocable_stores,
    world::{Answer, Browser, World, secs},
};

/// What races with the logout, by its way into the store.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rival {
    /// Notes that the login was seen.
    Touch,
    /// Comes with the remember cookie alone.
    Restore,
    /// Raises the generation.
    Confirm,
    /// Asks as usual, and then late.
    Read,
    /// Ends the same login in another way.
    Others,
}

const RIVALS: [Rival; 5] = [
    Rival::Touch,
    Rival::Restore,
    Rival::Confirm,
    Rival::Read,
    Rival::Others,
];

impl Rival {
    async fn ask(self, browser: &Browser, user: u64) -> Answer {
        let mut browser = browser.clone();
        match self {
            Self::Touch => browser.get("/dashboard").await,
            Self::Restore => browser.without("_session").get("/dashboard").await,
            Self::Confirm => browser.post(&format!("/confirm?user={user}")).await,
            Self::Read => browser.get("/me").await,
            Self::Others => browser.post("/logout-others").await,
        }
    }
}

/// Everything that a browser may hold afterwards: what it had, what each answer set, and what they
/// set together when they arrive in this order.
fn jars(before: &TestCookies, answers: &[Answer]) -> Vec<TestCookies> {
    let mut jars = vec![before.clone()];
    let mut all = before.clone();
    for answer in answers {
        jars.push(answer.cookies());
        let mut late = before.clone();
        late.receive(&answer.headers);
        jars.push(late);
        all.receive(&answer.headers);
    }
    jars.push(all);
    let parts = jars.clone();
    for jar in parts {
        for name in ["_session", "_remember"] {
            let mut one = jar.clone();
            if one.remove(name) {
                jars.push(one);
            }
        }
    }
    jars.retain(|jar| !jar.is_empty());
    jars
}

struct Race {
    rivals: Vec<Rival>,
    answers: Vec<Answer>,
    before: Browser,
}

/// One login, and its logout at the same moment as other requests of its browser.
async fn race(world: &World, user: u64, chance: &mut Chance) -> Race {
    let before = world.logged_in(user, true).await;
    // Old enough to be noted as seen, and for the remember cookie to be replaced.
    world.clock.advance(secs(120));
    let rivals: Vec<Rival> = (0..=chance.below(3))
        .map(|_| *chance.pick(&RIVALS))
        .collect();
    let barrier = Arc::new(Barrier::new(rivals.len() + 1));
    let mut racing = JoinSet::new();
    for rival in rivals.clone() {
        let (browser, barrier) = (before.clone(), Arc::clone(&barrier));
        let pause = chance.below(3);
        racing.spawn(async move {
            barrier.wait().await;
            for _ in 0..pause {
                tokio::task::yield_now().await;
            }
            rival.ask(&browser, user).await
        });
    }
    let pause = chance.below(3);
    let mut leaving = before.clone();
    racing.spawn(async move {
        barrier.wait().await;
        for _ in 0..pause {
            tokio::task::yield_now().await;
        }
        let answer = leaving.ask(Method::POST, "/logout").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    });
    let mut answers = Vec::new();
    while let Some(answer) = racing.join_next().await {
        answers.push(answer.expect("no request panics"));
    }
    Race {
        rivals,
        answers,
        before,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p05_logout_is_final() {
    let mut promise = Promise::new("P5 logout is final", ["back in"]);
    let mut races = 0;
    let stores = revocable_stores().await;
    for store in &stores {
        let world = World::new(store);
        // A file is written to the disk each time.
        let rounds = match store.name {
            "MemoryStore" => scaled(300),
            "MemoryStore, awaited" => scaled(250),
            _ => scaled(30),
        };
        let mut chance = Chance::new(5);
        let mut won = 0;
        for round in 0..rounds {
            let user = u64::try_from(round % 100).expect("below 100");
            let race = race(&world, user, &mut chance).await;
            races += 1;
            won += race.answers.iter().filter(|it| it.status == 200).count();
            // What outlives its answer had its time to go on.
            if round % 50 == 0 {
                sleep(Duration::from_millis(5)).await;
            }
            for jar in jars(&race.before.cookies, &race.answers) {
                let who = race.before.holding(&jar).who().await;
                promise.demand(who == "anonymous", "back in", "a race", || {
                    format!(
                        "{}, seed {}, round {round}: {:?} against a logout, then {} is {who}",
                        store.name,
                        chance.seed(),
                        race.rivals,
                        jar.header()
                    )
                });
            }
            let left = world.manager.end_logins_of(&user.to_string()).await;
            let left = left.expect("the store answers");
            promise.demand(left == 0, "back in", "a record is left", || {
                format!("{}, round {round}: {left} records", store.name)
            });
        }
        // Some of the rivals came first, or there was no race.
        assert!(won > rounds, "{}: {won} of {rounds}", store.name);
    }
    promise.judge(format_args!("{races} races on {} stores", stores.len()));
}
