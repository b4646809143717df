//! How many of Flask-Login's behaviours hold.

use std::collections::BTreeSet;

use login_tests::Suite;
use serde::Deserialize;

use crate::{DEVIATIONS, OTHER_WORDS};

#[derive(Deserialize)]
struct Behaviour {
    name: String,
    class: String,
    group: String,
    portable: bool,
}

impl Behaviour {
    /// The test's module is the group, or the class whose tests bear the names of another's.
    fn test(&self) -> String {
        let module = match &*self.class {
            "LoginViaRequestTestCase" => "request_loader_only".to_owned(),
            _ => self.group.replace(' ', "_"),
        };
        format!("{module}::{}", self.name)
    }
}

/// The name of this test, which counts the others.
const COUNT: &str = "count::parity_count";

fn print_reasons(title: &str, reasons: &[(&str, &str)]) {
    println!("{title}:");
    for (test, reason) in reasons {
        println!("  {test}: {reason}");
    }
}

#[test]
fn parity_count() {
    let behaviours = include_str!("../../corpora/flask-login-behaviours.json");
    let behaviours: Vec<Behaviour> = serde_json::from_str(behaviours).expect("the behaviours");
    let portable = behaviours.iter().filter(|behaviour| behaviour.portable);
    let wanted: BTreeSet<String> = portable.map(Behaviour::test).collect();
    assert_eq!(wanted.len(), 89);
    for (test, _) in DEVIATIONS.iter().chain(OTHER_WORDS) {
        let listed = wanted
            .iter()
            .filter(|it| it.ends_with(&format!("::{test}")))
            .count();
        assert_eq!(listed, 1, "{test} is not the name of one behaviour");
    }

    let Suite { passed, failed, .. } = Suite::run(COUNT, false);
    let deviates = |test: &&String| DEVIATIONS.iter().any(|(name, _)| test.ends_with(name));
    let holding = wanted
        .intersection(&passed)
        .filter(|test| !deviates(test))
        .count();
    println!("parity: {holding} of {}", wanted.len());
    print_reasons("not there, by decision", DEVIATIONS);
    print_reasons("there, in other words", OTHER_WORDS);

    assert_eq!(failed, BTreeSet::new(), "these do not hold");
    let awaited = Suite::run(COUNT, true);
    assert!(awaited.failed.is_empty(), "{}", awaited.output);
    assert_eq!(
        awaited.passed, passed,
        "the same holds where records are awaited"
    );
    let missing: Vec<_> = wanted.difference(&passed).collect();
    assert!(missing.is_empty(), "behaviours without a test: {missing:?}");
    let extra: Vec<_> = passed.difference(&wanted).collect();
    assert!(extra.is_empty(), "tests without a behaviour: {extra:?}");
}
