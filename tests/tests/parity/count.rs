//! How many of Flask-Login's behaviours hold.

use std::{collections::BTreeSet, env, process::Command};

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

/// Runs the suite once more and says which of its tests pass and which do not.
fn run_suite() -> (BTreeSet<String>, BTreeSet<String>) {
    let suite = env::current_exe().expect("a test knows its own program");
    let output = Command::new(suite)
        .args([
            "--skip", COUNT, "--exact", "--color", "never", "--format", "pretty",
        ])
        .env_remove("RUST_TEST_NOCAPTURE")
        .output()
        .expect("the suite starts");
    let output = String::from_utf8(output.stdout).expect("test names are text");
    let (mut passed, mut failed) = (BTreeSet::new(), BTreeSet::new());
    for line in output.lines() {
        match line
            .strip_prefix("test ")
            .and_then(|line| line.split_once(" ... "))
        {
            Some((test, "ok")) => passed.insert(test.to_owned()),
            Some((test, _)) => failed.insert(test.to_owned()),
            None => continue,
        };
    }
    (passed, failed)
}

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

    let (passed, failed) = run_suite();
    let deviates = |test: &&String| DEVIATIONS.iter().any(|(name, _)| test.ends_with(name));
    let holding = wanted
        .intersection(&passed)
        .filter(|test| !deviates(test))
        .count();
    println!("parity: {holding} of {}", wanted.len());
    print_reasons("not there, by decision", DEVIATIONS);
    print_reasons("there, in other words", OTHER_WORDS);

    assert_eq!(failed, BTreeSet::new(), "these do not hold");
    let missing: Vec<_> = wanted.difference(&passed).collect();
    assert!(missing.is_empty(), "behaviours without a test: {missing:?}");
    let extra: Vec<_> = passed.difference(&wanted).collect();
    assert!(extra.is_empty(), "tests without a behaviour: {extra:?}");
}
