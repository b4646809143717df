//! Every feature that users may ask for is said to be there.

use crate::source::File;

pub(crate) fn violations(files: &[File]) -> Vec<String> {
    let text = |path: &str| {
        let file = files.iter().find(|file| file.path.ends_with(path));
        &*file.expect("the runtime has this file").text
    };
    let (manifest, docs) = (text("/Cargo.toml"), text("/docs/crate.md"));
    let (_, features) = manifest
        .split_once("\n[features]\n")
        .expect("a table of features");
    let features = features.lines().take_while(|line| !line.starts_with('['));
    let features = features.filter_map(|line| Some(line.split_once(" = ")?.0));
    let features: Vec<_> = features.filter(|name| *name != "default").collect();
    let row = |name: &str| format!("| `{name}` |");
    let missing = features.iter().filter(|name| !docs.contains(&row(name)));
    let missing = missing.map(|name| format!("`{name}` is not in the table of the crate's docs"));
    let (_, table) = docs
        .split_once("| feature |")
        .expect("the table of the crate's docs");
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let gone = rows.filter(|line| !features.iter().any(|name| line.starts_with(&row(name))));
    missing
        .chain(gone.map(|line| format!("there is no such feature: {line}")))
        .collect()
}

#[test]
fn a_missing_row_is_noticed_and_so_is_one_too_many() {
    let manifest = "[package]\n\n[features]\ndefault = [\"a\"]\n# b\na = []\nb = [\"c\"]\n\n[dependencies]\nd = 1";
    let docs = "| feature | what |\n|---|---|\n| `a` | one |\n| `d` | none |\n\n| `z` |";
    let files = [
        File::new("x/Cargo.toml", manifest),
        File::new("x/docs/crate.md", docs),
    ];
    crate::notices(
        &violations(&files),
        &["`b` is not", "no such feature: | `d`"],
    );
}
