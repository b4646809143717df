//! What the macros accept and what they say otherwise: `ui/<macro>/{pass,fail}/<case>.rs`.
//!
//! A `fail` case is one mistake, named by its file, and its `.stderr` is what the user reads.
//! `TRYBUILD=overwrite cargo test -p login-tests --test ui` writes these anew, for a person to read.

use std::{fs, path::Path};

#[test]
fn ui() {
    let (pass, fail) = (count("pass"), count("fail"));
    assert!(
        pass >= 20 && fail >= 80,
        "only {pass} pass and {fail} fail cases were found"
    );
    let cases = trybuild::TestCases::new();
    cases.pass("ui/*/pass/*.rs");
    cases.compile_fail("ui/*/fail/*.rs");
}

/// The cases of one kind, so that a glob that finds nothing cannot pass.
fn count(kind: &str) -> usize {
    let list = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let macros = list(&Path::new(env!("CARGO_MANIFEST_DIR")).join("ui"));
    let cases = macros.flat_map(|folder| list(&folder.join(kind)));
    cases
        .filter(|case| case.extension().is_some_and(|extension| extension == "rs"))
        .count()
}
