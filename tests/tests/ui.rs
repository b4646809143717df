//! What the macros accept and what they say otherwise: `ui/<macro>/{pass,fail}/<case>.rs`.
//!
//! A `fail` case is one mistake, named by its file, and its `.stderr` is what the user reads.
//! `TRYBUILD=overwrite cargo test -p login-tests --test ui` writes these anew, for a person to read.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[test]
fn what_is_right_compiles_and_runs() {
    assert!(
        count("pass") >= 20,
        "only {} cases were found",
        count("pass")
    );
    trybuild::TestCases::new().pass("ui/*/pass/*.rs");
}

/// Apart from the others, because only cases that are all to fail are compiled together.
#[test]
fn what_is_wrong_is_told() {
    assert!(
        count("fail") >= 80,
        "only {} cases were found",
        count("fail")
    );
    trybuild::TestCases::new().compile_fail("ui/*/fail/*.rs");
}

/// Every heading of the page about compile errors that quotes the compiler quotes what some case here is
/// told.
#[test]
fn the_page_about_compile_errors_quotes_the_compiler() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("../login-runtime/src/docs/compile_errors.md");
    let page = fs::read_to_string(page).expect("the page");
    let told: String = cases_of(root, "fail", "stderr")
        .map(|case| fs::read_to_string(case).expect("what the compiler says"))
        .collect();
    let mut quoted = 0;
    for heading in page.lines().filter_map(|line| line.strip_prefix("## `")) {
        let whole = format!("`{heading}");
        let ticks = whole.chars().take_while(|letter| *letter == '`').count();
        for quote in whole.split(&"`".repeat(ticks)).map(str::trim) {
            if !quote.is_empty() && quote != "," {
                assert!(told.contains(quote), "no case is told {quote:?}");
                quoted += 1;
            }
        }
    }
    assert!(quoted >= 10, "only {quoted} quotes were found");
}

/// The compiler would list guards where a handler has none. Nobody is helped by types that an attribute
/// writes.
#[test]
fn nobody_is_shown_a_list_of_guards() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for case in cases_of(root, "fail", "stderr") {
        let told = fs::read_to_string(&case).expect("what the compiler says");
        for name in ["Guard`", "GuardFirst"] {
            let list = format!("types implement trait `{name}");
            assert!(!told.contains(&list), "{} has one", case.display());
        }
    }
}

/// How many cases there are of one kind, so that a glob that finds nothing cannot pass.
fn count(kind: &str) -> usize {
    cases_of(Path::new(env!("CARGO_MANIFEST_DIR")), kind, "rs").count()
}

fn cases_of(root: &Path, kind: &str, extension: &str) -> impl Iterator<Item = PathBuf> {
    let list = |folder: &Path| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
    };
    let macros = list(&root.join("ui"));
    let cases = macros.flat_map(move |folder| list(&folder.join(kind)));
    let extension = extension.to_owned();
    cases.filter(move |case| case.extension().is_some_and(|it| *it == *extension))
}
