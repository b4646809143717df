//! The table of the security chapter: what is published is what is tried.

use std::{fs, path::Path};

const CHAPTER: &str = include_str!("../../../login-runtime/src/docs/security.md");

/// A row of the table: `| P5 logout is final | 11,660 races on 3 stores | 0 back in |`.
struct Row {
    promise: &'static str,
    found: &'static str,
}

fn rows(chapter: &'static str) -> Vec<Row> {
    let row = |line: &'static str| {
        let mut cells = line.trim_matches('|').split(" | ").map(str::trim);
        let (promise, _tried, found) = (cells.next()?, cells.next()?, cells.next()?);
        let number = promise.strip_prefix('P')?;
        number
            .starts_with(|it: char| it.is_ascii_digit())
            .then_some(Row { promise, found })
    };
    chapter.lines().filter_map(row).collect()
}

/// What the table says otherwise than a run: whether each number that should be 0 is one.
pub(crate) fn disagreement(promise: &str, counted: &[(&str, usize)]) -> Option<String> {
    disagreement_with(&rows(CHAPTER), promise, counted)
}

fn disagreement_with(rows: &[Row], promise: &str, counted: &[(&str, usize)]) -> Option<String> {
    let Some(row) = rows.iter().find(|row| row.promise == promise) else {
        return Some(format!(
            "the table of the security chapter has no `{promise}`"
        ));
    };
    let of_run = counted.iter().map(|&(what, count)| (what, count == 0));
    let of_row = row.found.split(", ").map(|found| {
        let (count, what) = found.split_once(' ').unwrap_or((found, ""));
        (what, count == "0")
    });
    (!of_run.eq(of_row)).then(|| {
        format!(
            "the table of the security chapter says `{}` of `{promise}`, and the run counted {counted:?}",
            row.found
        )
    })
}

/// The names of all promises that are on trial in a source.
fn on_trial(source: &str) -> impl Iterator<Item = &str> {
    source.split("Promise::new(").skip(1).filter_map(|rest| {
        let name = rest.trim_start().strip_prefix('"')?;
        Some(&name[..name.find('"')?])
    })
}

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("the folder of this suite") {
        let path = entry.expect("a file of this suite").path();
        if path.is_dir() {
            sources(&path, found);
        } else if !path.ends_with("published.rs") {
            *found += &fs::read_to_string(&path).expect("a text of this suite");
        }
    }
}

#[test]
fn every_published_promise_is_on_trial_and_the_other_way_round() {
    let mut source = String::new();
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    sources(&suite, &mut source);
    let mut tried: Vec<_> = on_trial(&source).collect();
    let mut published: Vec<_> = rows(CHAPTER).iter().map(|row| row.promise).collect();
    tried.sort_unstable();
    tried.dedup();
    published.sort_unstable();
    assert_eq!(
        published, tried,
        "left is the table of the security chapter"
    );
}

#[test]
fn a_table_that_says_otherwise_is_noticed() {
    let table = "| promise | tried | found |\n|---|---|---|\n\
                 | P5 logout is final | 7 races | 0 back in, 3 late |\n| P6 | 1 | 0 alive |";
    let rows = rows(table);
    let found = |promise, counted: &[_]| disagreement_with(&rows, promise, counted);
    assert_eq!(
        found("P5 logout is final", &[("back in", 0), ("late", 1)]),
        None
    );
    assert!(found("P5 logout is final", &[("back in", 1), ("late", 1)]).is_some());
    assert!(found("P5 logout is final", &[("back in", 0), ("late", 0)]).is_some());
    assert!(found("P5 logout is final", &[("back in", 0)]).is_some());
    assert!(found("P5 logout is final", &[("back", 0), ("late", 1)]).is_some());
    assert!(found("P5", &[]).is_some());
    let source = "Promise::new(\n    \"P5 logout is final\", [FALSE]); Promise::new(name, [])";
    assert_eq!(on_trial(source).collect::<Vec<_>>(), ["P5 logout is final"]);
}
