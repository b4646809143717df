//! P9: theft of a remember cookie is noticed, and nothing else is called theft.
//!
//! What stands in [`reference`] are the rules; it is put on trial first, because it is quick: by
//! millions of honest requests on bad networks, by thieves, and by requests at the same time in
//! every order. The real code is put to the same trial, through its cookies.

mod honest;
mod interleaved;
mod real;
mod reference;
mod server;
mod thieves;

use std::rc::Rc;

use honest::{Fate, NETWORKS, Network, STORM};
use interleaved::{Before, Scene, explore};
use real::Real;
use reference::{Reference, Rules};
use server::{Errand, Server};
use thieves::{Plan, Way, steal};

use crate::{
    chance::{Chance, scale, scaled},
    promise::Promise,
    stores::revocable_stores,
};

/// By how many seconds the clocks of the two nodes are ahead: alike, and as unlike as they may be.
const CLOCKS: [[i64; 2]; 3] = [[0, 0], [0, 30], [-30, 0]];

/// The longest that a thief is of use who does not know when the owner comes, in days.
const OF_USE: f64 = 3.0;

/// The same for one who knows each visit of the owner to the second, before it comes.
const OF_USE_FORESEEN: f64 = 3.6;

const FALSE: &str = "false alarms";
const ENDED: &str = "ended";
const AWAY: &str = "turned away";

/// Honest browsers on these networks. `counted` are the faults that none of them may meet.
fn honest_browsers<S: Server>(
    promise: &mut Promise,
    counted: &[&'static str],
    networks: &[Network],
    (browsers, rounds): (usize, usize),
    mut server: impl FnMut(usize) -> S,
) -> Fate {
    let mut all = Fate::default();
    for network in networks {
        for in_order in [true, false] {
            let network = Network {
                in_order,
                ..*network
            };
            for seed in 0..browsers {
                let mut server = server(seed);
                let seed = u64::try_from(seed).expect("few");
                let fate = honest::live(&mut server, 2, network, rounds, seed);
                for (what, times) in [
                    (FALSE, fate.alarms),
                    (ENDED, fate.ended),
                    (AWAY, fate.turned_away),
                ] {
                    let kept = times == 0 || !counted.contains(&what);
                    promise.demand(kept, what, network.name, || {
                        format!("seed {seed}, in order: {in_order}: {fate:?}")
                    });
                }
                all += fate;
            }
        }
    }
    all
}

#[test]
fn p09_nothing_honest_is_called_theft_by_the_rules() {
    let counted = [FALSE, ENDED, AWAY];
    let mut promise = Promise::new("P9 theft, the rules, honest browsers", counted);
    let size = (scaled(6), 400);
    let sum = honest_browsers(&mut promise, &counted, NETWORKS, size, |seed| {
        Reference::new(Rules::default(), &CLOCKS[seed % 3])
    });
    let networks = 2 * NETWORKS.len();
    promise.judge(format!("{} requests on {networks} networks", sum.requests));
}

/// Where answers are lost all the time a login may end, which is no alarm and happens seldom.
#[test]
fn p09_nothing_honest_is_called_theft_in_a_storm_by_the_rules() {
    let counted = [FALSE, AWAY];
    let mut promise = Promise::new("P9 theft, the rules, honest browsers in a storm", counted);
    let size = (scaled(30), 400);
    let sum = honest_browsers(&mut promise, &counted, &[STORM], size, |seed| {
        Reference::new(Rules::default(), &CLOCKS[seed % 3])
    });
    let (requests, ended) = (sum.requests, sum.ended);
    assert!(ended * 50_000 <= requests, "{sum:?}");
    promise.judge(format!("{requests} requests, {ended} logins ended"));
}

/// Scenes with so many requests at the same time.
fn scenes(requests: usize, losses: usize) -> impl Iterator<Item = Scene> {
    let of = move |before: Before| {
        (0..=requests).flat_map(move |confirms| {
            [0, 3].map(|pace| Scene {
                before,
                errands: (0..requests)
                    .map(|at| match at < confirms {
                        true => Errand::Confirm,
                        false => Errand::Page,
                    })
                    .collect(),
                losses,
                pace,
            })
        })
    };
    Before::EVERY.into_iter().flat_map(of)
}

/// Requests at the same time in every order; says how many orders there were.
fn in_every_order<S: Server>(
    promise: &mut Promise,
    scenes: impl Iterator<Item = Scene>,
    mut server: impl FnMut(&[i64; 2]) -> S,
) -> (usize, usize) {
    let (mut orders, mut requests) = (0, 0);
    for (at, scene) in scenes.enumerate() {
        // One pair of clocks a scene, or all.
        let clocks = match scale() {
            1 => &CLOCKS[at % 3..=at % 3],
            _ => &CLOCKS[..],
        };
        for clocks in clocks {
            let explored = explore(&mut server(clocks), 2, &scene);
            orders += explored.orders;
            requests += explored.requests;
            for (what, how) in explored.wrong {
                let what = match what {
                    "called a thief" => FALSE,
                    "ended" => ENDED,
                    _ => AWAY,
                };
                promise.breach(what, "in an order", format!("clocks {clocks:?}: {how}"));
            }
        }
    }
    (orders, requests)
}

#[test]
fn p09_no_order_of_requests_looks_like_theft_by_the_rules() {
    let mut promise = Promise::new("P9 theft, the rules, every order", [FALSE, ENDED, AWAY]);
    let server = |clocks: &[i64; 2]| Reference::new(Rules::default(), clocks);
    let (mut orders, mut requests) = in_every_order(&mut promise, scenes(2, 2), server);
    // All of them are sixteen million, which take a while where nothing is optimized.
    let few = |it: &Scene| {
        let back = matches!(it.before, Before::Reopened | Before::AnswerLost);
        scale() > 1 || (back && it.pace == 0 && it.errands[1] == Errand::Page)
    };
    let three = scenes(3, usize::from(scale() > 1)).filter(few);
    let more = in_every_order(&mut promise, three, server);
    (orders, requests) = (orders + more.0, requests + more.1);
    promise.judge(format!(
        "{orders} orders of two and three requests on two nodes, {requests} requests"
    ));
}

const WAYS: [Way; 5] = [
    Way::UsesAll,
    Way::ShowsNothing,
    Way::KnowsWhen,
    Way::Polls,
    Way::KeepsRotating,
];

const USEFUL: &str = "of use for too long";
const QUIET: &str = "never noticed";

/// Thieves of every kind, against owners who make one request a visit and twenty.
fn thieves<S: Server>(
    promise: &mut Promise,
    thefts: usize,
    mut server: impl FnMut(usize) -> S,
) -> Vec<String> {
    let mut lines = Vec::new();
    for way in WAYS {
        for clicks in [20, 1] {
            let mut of_use = Vec::new();
            let mut noticed = 0;
            for seed in 0..thefts {
                let mut server = server(seed);
                let number = u64::try_from(seed).expect("few");
                let fate = steal(&mut server, 2, way, clicks, number);
                let how = || format!("{way:?}, {clicks} requests a visit, seed {seed}: {fate:?}");
                promise.demand(fate.of_use <= OF_USE, USEFUL, "a thief", how);
                // Who only ever sends the session that he copied is of use until it is over.
                let quiet = way == Way::Polls && fate.of_use < 1.1;
                promise.demand(fate.noticed.is_some() || quiet, QUIET, "a thief", how);
                noticed += usize::from(fate.noticed.is_some());
                of_use.push(fate.of_use);
            }
            of_use.sort_by(f64::total_cmp);
            lines.push(format!(
                "P9 a thief who {} ({clicks} requests of the owner a visit): of use for {:.1} days at \
                 the median, {:.1} at most; noticed {noticed} of {thefts}",
                way.name(),
                of_use[thefts / 2],
                of_use[thefts - 1],
            ));
        }
    }
    lines
}

#[test]
fn p09_no_thief_is_of_use_for_long_by_the_rules() {
    let mut promise = Promise::new("P9 theft, the rules, thieves", [USEFUL, QUIET]);
    let lines = thieves(&mut promise, scaled(40), |seed| {
        Reference::new(Rules::default(), &CLOCKS[seed % 3])
    });
    for line in &lines {
        println!("{line}");
    }
    promise.judge(format!(
        "{} thieves in {} ways",
        scaled(40) * lines.len(),
        lines.len()
    ));
}

/// Looks for the best plan of a thief who knows every visit of the owner beforehand: by chance, and
/// then by changes that make it better.
#[test]
fn p09_no_plan_makes_a_thief_useful_for_long_by_the_rules() {
    const STALE: usize = 150;
    let mut promise = Promise::new("P9 theft, the rules, plans of thieves", [USEFUL]);
    let (mut tried, mut longest) = (0, 0.0_f64);
    for (clicks, start) in [1, 2, 4, 20]
        .into_iter()
        .flat_map(|it| (0..scaled(6)).map(move |at| (it, at)))
    {
        let clocks = CLOCKS[start % 3];
        let seed = u64::try_from(start * 100 + clicks).expect("few");
        let mut chance = Chance::new(seed);
        let mut best = (Plan::by_chance(&mut chance), 0.0);
        let mut stale = 0;
        while stale < STALE {
            let plan = match best.1 > 0.0 {
                true => best.0.changed(&mut chance),
                false => Plan::by_chance(&mut chance),
            };
            let mut server = Reference::new(Rules::default(), &clocks);
            let fate = steal(&mut server, 2, Way::Foresees(plan), clicks, seed);
            tried += 1;
            stale += 1;
            if fate.of_use > best.1 {
                best = (plan, fate.of_use);
                stale = 0;
            }
            promise.demand(fate.of_use <= OF_USE_FORESEEN, USEFUL, "a plan", || {
                format!(
                    "{clicks} requests a visit, seed {seed}, clocks {clocks:?}: {fate:?} {plan:?}"
                )
            });
        }
        longest = longest.max(best.1);
    }
    promise.judge(format!(
        "{tried} plans, the best of use for {longest:.1} days"
    ));
}

/// Makes a server whose nodes have these clocks.
type NewReal = Box<dyn Fn(&[i64; 2]) -> Real>;

/// The real code, once on every revocable store.
fn real_servers(stepwise: bool) -> Vec<(&'static str, NewReal)> {
    // One for all: a store's connections live as long as the runtime that opened them.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let runtime = Rc::new(runtime);
    let stores = runtime.block_on(revocable_stores());
    let server = |store: crate::stores::Store| {
        let (name, runtime) = (store.name, Rc::clone(&runtime));
        let make = move |clocks: &[i64; 2]| Real::new(&runtime, &store, clocks, stepwise);
        (name, Box::new(make) as NewReal)
    };
    stores.into_iter().map(server).collect()
}

#[test]
fn p09_nothing_honest_is_called_theft() {
    for (name, server) in real_servers(false) {
        let counted = [FALSE, ENDED, AWAY];
        let mut promise = Promise::new("P9 theft, honest browsers", counted);
        let server = |seed: usize| server(&CLOCKS[seed % 3]);
        let size = (scaled(1), 60);
        let fair = honest_browsers(&mut promise, &counted, NETWORKS, size, server);
        let storm = honest_browsers(&mut promise, &[FALSE, AWAY], &[STORM], size, server);
        let requests = fair.requests + storm.requests;
        promise.judge(format!("{name}: {requests} requests"));
    }
}

#[test]
fn p09_no_order_of_requests_looks_like_theft() {
    // The steps of a request are those that it waits for, so the store is one that waits for none.
    let (name, server) = real_servers(true).swap_remove(0);
    let mut promise = Promise::new("P9 theft, every order", [FALSE, ENDED, AWAY]);
    let few = |it: &Scene| scale() > 1 || (it.pace > 0 && it.errands.contains(&Errand::Page));
    let scenes = scenes(2, usize::from(scale() > 1)).filter(few);
    let (orders, requests) = in_every_order(&mut promise, scenes, &server);
    promise.judge(format!(
        "{name}: {orders} orders of two requests on two nodes, {requests} requests"
    ));
}

#[test]
fn p09_no_thief_is_of_use_for_long() {
    for (name, server) in real_servers(false) {
        let mut promise = Promise::new("P9 theft, thieves", [USEFUL, QUIET]);
        let lines = thieves(&mut promise, scaled(2), |seed| server(&CLOCKS[seed % 3]));
        for line in &lines {
            println!("{line}");
        }
        promise.judge(format!("{name}: {} thieves", scaled(2) * lines.len()));
    }
}

/// What remains: answers that are overtaken by minutes put older cookies back, and the figures that are
/// published of it.
#[test]
fn p09_answers_that_are_overtaken_by_minutes_look_like_theft() {
    let reordered = |down: i64| {
        let network = Network {
            down,
            confirms: 40,
            in_order: false,
            ..NETWORKS[0]
        };
        let mut sum = Fate::default();
        for seed in 0..100 {
            let mut server = Reference::new(Rules::default(), &[0, 0]);
            sum += honest::live(&mut server, 2, network, 400, seed);
        }
        println!(
            "P9 what remains, answers of up to {down} s that overtake each other: {} requests, {} alarms",
            sum.requests, sum.alarms
        );
        sum
    };
    assert_eq!(
        reordered(60).alarms,
        0,
        "within what a cookie takes to settle"
    );
    let (minutes, longer) = (reordered(120), reordered(600));
    assert!(minutes.alarms * 10_000 < minutes.requests, "{minutes:?}");
    assert!(
        longer.alarms > 0 && longer.alarms * 1000 < longer.requests,
        "{longer:?}"
    );
}

/// The trial finds what it is there to find: rules that are a little worse fail it.
#[test]
fn p09_worse_rules_fail() {
    let such = |is: fn(&&Network) -> bool| NETWORKS.iter().find(is).expect("there is such a one");
    let late = such(|it| it.up == 840);
    let alarms = |network: &Network, rules: &Rules| -> usize {
        let live = |seed| {
            let mut server = Reference::new(rules.clone(), &[0, 0]);
            honest::live(&mut server, 2, *network, 400, seed).alarms
        };
        (0..40).map(live).sum()
    };
    let hasty = Rules {
        settle: 0,
        skew: 0,
        ..Rules::default()
    };
    assert!(alarms(&STORM, &hasty) > 0, "cookies count as shown at once");
    let short = Rules {
        overlap: 300,
        ..Rules::default()
    };
    assert!(alarms(late, &short) > 0, "requests later than the overlap");
    let patient = Rules {
        strikes: 100,
        ..Rules::default()
    };
    let shielded = |start: usize| {
        let mut plan = Plan([[thieves::Sends::Nothing; thieves::MOMENTS.len()]; 2]);
        plan.0
            .iter_mut()
            .for_each(|visit| visit[1] = thieves::Sends::Stolen);
        let mut server = Reference::new(patient.clone(), &[0, 0]);
        let seed = u64::try_from(start).expect("few");
        steal(&mut server, 2, Way::Foresees(plan), 1, seed).of_use
    };
    assert!(shielded(0) > 10.0, "a hundred restores that nobody shows");
}
