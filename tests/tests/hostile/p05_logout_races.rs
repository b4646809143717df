//! P5: after a logout nothing that was on its way brings the login back.

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use login_runtime::testing::TestCookies;
use login_tests::Call;
use tokio::{sync::Barrier, task::JoinSet, time::sleep};

use crate::{
    chance::{Chance, scaled},
    promise::Promise,
    stores::{Store, revocable_stores},
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

/// One login, and another request of its browser that stands still at this call of the store until
/// the logout has been answered. `None` where the request does not make such a call.
async fn held(world: &World, user: u64, rival: Rival, call: Call) -> Option<Race> {
    let ended = world.manager.end_logins_of(&user.to_string()).await;
    ended.expect("the store answers");
    let before = world.logged_in(user, true).await;
    world.clock.advance(secs(120));
    world.faults.forget();
    let (browser, gate) = (before.clone(), world.faults.gate(call));
    let mut racing = tokio::spawn(async move { rival.ask(&browser, user).await });
    tokio::select! {
        () = gate.reached() => {}
        _ = &mut racing => {
            world.faults.forget();
            return None;
        }
    }
    let left = before.clone().ask(Method::POST, "/logout").await;
    assert_eq!(left.status, 200, "{}", left.body);
    gate.open();
    let late = racing.await.expect("no request panics");
    Some(Race {
        rivals: vec![rival],
        answers: vec![left, late],
        before,
    })
}

struct Trial {
    promise: Promise,
    races: usize,
}

impl Trial {
    /// Whether anything that the browser may hold after a race lets it in again.
    async fn look(&mut self, world: &World, user: u64, race: Race, how: &str) {
        self.races += 1;
        for jar in jars(&race.before.cookies, &race.answers) {
            let who = race.before.holding(&jar).who().await;
            let is_out = who == "anonymous";
            self.promise.demand(is_out, "back in", "a race", || {
                let (rivals, jar) = (&race.rivals, jar.header());
                format!("{how}: {rivals:?} against a logout, then {jar} is {who}")
            });
        }
        let left = world.manager.end_logins_of(&user.to_string()).await;
        let left = left.expect("the store answers");
        self.promise
            .demand(left == 0, "back in", "a record is left", || {
                format!("{how}: {:?}, {left} records", race.rivals)
            });
    }

    /// Races that chance decides.
    async fn by_chance(&mut self, store: &Store, world: &World, seed: u64, rounds: usize) {
        let mut chance = Chance::new(seed);
        let mut won = 0;
        for round in 0..rounds {
            let user = u64::try_from(round % 100).expect("below 100");
            let race = race(world, user, &mut chance).await;
            won += race.answers.iter().filter(|it| it.status == 200).count();
            // What outlives its answer had its time to go on.
            if round % 50 == 0 {
                sleep(Duration::from_millis(5)).await;
            }
            let how = format!("{}, seed {}, round {round}", store.name, chance.seed());
            self.look(world, user, race, &how).await;
        }
        // Some of the rivals came first, or there was no race.
        assert!(won > rounds, "{}: {won} of {rounds}", store.name);
    }

    /// Races in which the logout comes between a read and its write.
    async fn by_design(&mut self, store: &Store, world: &World) {
        let mut met = 0;
        for rival in RIVALS {
            for call in [Call::Load, Call::Update, Call::DeleteUser] {
                if let Some(race) = held(world, 7, rival, call).await {
                    met += 1;
                    let how = format!("{}, held at {call:?}", store.name);
                    self.look(world, 7, race, &how).await;
                }
            }
        }
        assert!(met >= 8, "{}: only {met} met the logout", store.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn p05_logout_is_final() {
    let promise = Promise::new("P5 logout is final", ["back in"]);
    let mut trial = Trial { promise, races: 0 };
    let stores = revocable_stores().await;
    for store in &stores {
        // A file is written to the disk each time.
        let rounds = if store.file().exists() { 15 } else { 130 };
        let world = World::new(store);
        trial.by_chance(store, &world, 5, scaled(rounds)).await;
        // The same with every call of the store waiting before and behind its work.
        let world = World::faulty(store, |builder| builder);
        world.faults.yields(true, true);
        trial.by_chance(store, &world, 55, scaled(rounds)).await;
        let world = World::faulty(store, |builder| builder);
        trial.by_design(store, &world).await;
    }
    let races = trial.races;
    let stores = stores.len();
    trial
        .promise
        .judge(format_args!("{races} races on {stores} stores"));
}
