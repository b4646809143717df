//! Where the rules end: on networks that are worse than they allow for, and rules that are worse than they are.

use super::{
    honest::{self, Fate, NETWORKS, Network, STORM},
    reference::{Reference, Rules},
    thieves::{self, Plan, Way, steal},
};

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
