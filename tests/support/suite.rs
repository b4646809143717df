//! A program of tests that runs itself once more, under another setting.

use std::{collections::BTreeSet, env, process::Command};

use crate::say;

/// Set where a suite runs as with a store that is not in this process, to the address of the server if
/// there is a real one.
const REMOTE: &str = "LOGIN_TESTS_REMOTE_STORE";

/// Whether this suite runs as with a store that is not in this process: nothing is at hand there, and every
/// record is awaited.
pub fn is_remote() -> bool {
    env::var_os(REMOTE).is_some()
}

/// The address of the server on which this suite runs, where it was sent to one.
pub fn engine_address() -> Option<String> {
    let address = env::var(REMOTE).ok()?;
    address.contains("://").then_some(address)
}

/// How the tests of a program ended.
pub struct Suite {
    /// The names of those that passed.
    pub passed: BTreeSet<String>,
    /// The names of those that failed.
    pub failed: BTreeSet<String>,
    /// What they all wrote.
    pub output: String,
}

impl Suite {
    /// Runs this program's tests but the one that asks for it, as with a store that is not in this
    /// process or as with one that is.
    ///
    /// # Panics
    ///
    /// The program cannot be run once more.
    pub fn run(but: &str, remote: bool) -> Self {
        Self::run_on(&[but], remote.then_some("1"))
    }

    fn run_on(but: &[&str], remote: Option<&str>) -> Self {
        let suite = env::current_exe().expect("a test knows its own program");
        let mut command = Command::new(suite);
        command
            .args(["--exact", "--color", "never", "--format", "pretty"])
            .args(but.iter().flat_map(|test| ["--skip", test]))
            .env_remove("RUST_TEST_NOCAPTURE")
            .env_remove(REMOTE);
        if let Some(remote) = remote {
            command.env(REMOTE, remote);
        }
        let output = command.output().expect("the suite starts");
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
        Self {
            passed,
            failed,
            output,
        }
    }

    /// Runs this program's tests but the one that asks for it as with a store that is not in this
    /// process, where a record is awaited that the tests above have at hand.
    ///
    /// # Panics
    ///
    /// A test failed there, or was not run.
    pub fn holds_remotely(but: &str) {
        Self::run(but, true).holds(&[but]);
    }

    /// Runs this program's tests on the server at an address, but some, and names the store.
    ///
    /// # Panics
    ///
    /// A test failed there, or was not run.
    pub fn holds_on(store: &str, address: &str, but: &[&str]) {
        let suite = Self::run_on(but, Some(address));
        suite.holds(but);
        let (tests, apart) = (suite.passed.len(), but.len());
        say(format_args!(
            "{store}: {tests} tests hold, {apart} are apart"
        ));
    }

    fn holds(&self, but: &[&str]) {
        assert!(self.failed.is_empty(), "{}", self.output);
        let all = env::current_exe().expect("a test knows its own program");
        let all = Command::new(all)
            .args(["--list", "--format", "terse"])
            .output();
        let all = String::from_utf8(all.expect("the suite starts").stdout);
        let all = all.expect("test names are text");
        let all = all.lines().filter_map(|line| line.strip_suffix(": test"));
        let missing: Vec<_> = all
            .filter(|test| !but.contains(test) && !self.passed.contains(*test))
            .collect();
        assert!(
            missing.is_empty() && !self.passed.is_empty(),
            "not run: {missing:?}"
        );
    }
}
