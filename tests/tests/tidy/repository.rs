//! What is kept in the repository, and what is not.

use std::fs;

use crate::source::{File, line, top};

const TOP_LEVEL: &[&str] = &[
    ".ci",
    ".git",
    ".gitignore",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "clippy.toml",
    "deny.toml",
    "examples",
    "login-macros",
    "login-runtime",
    "rustfmt.toml",
    "target",
    "tests",
];

/// What is at the top of the repository.
pub(crate) fn entries() -> Vec<String> {
    let entries = fs::read_dir(top()).expect("the top can be read");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.expect("the top can be read");
        entry.file_name().to_string_lossy().into_owned()
    };
    entries.map(name).collect()
}

pub(crate) fn top_level(entries: &[String]) -> Vec<String> {
    let strange = entries
        .iter()
        .filter(|entry| !TOP_LEVEL.contains(&&***entry));
    let strange = strange.map(|entry| format!("`{entry}` has a place further down, or none"));
    let built = |name: &&&str| ![".git", "target"].contains(*name);
    let missing = TOP_LEVEL.iter().filter(built);
    let missing = missing.filter(|name| !entries.iter().any(|entry| entry == **name));
    strange
        .chain(missing.map(|name| format!("`{name}` is gone")))
        .collect()
}

/// Folders that are on one machine and not on another.
pub(crate) fn machine_paths(files: &[File]) -> Vec<String> {
    let folders = ["home", "root", "work", "Users"].map(|folder| format!("/{folder}/"));
    let mut violations = Vec::new();
    for File { path, text } in files {
        for folder in &folders {
            // A path of a URL or of a folder of this repository goes on before it.
            let begins = |at: &usize| !text[..*at].ends_with(|it: char| it.is_alphanumeric());
            let found = text
                .match_indices(&**folder)
                .map(|(at, _)| at)
                .filter(begins);
            let say = |at| format!("{path}:{}: {folder}", line(text, at));
            violations.extend(found.map(say));
        }
    }
    violations
}

#[test]
fn what_does_not_belong_at_the_top_is_noticed() {
    let mut entries: Vec<_> = TOP_LEVEL.iter().map(|&name| name.to_owned()).collect();
    crate::notices(&top_level(&entries), &[]);
    entries.retain(|name| !["target", "README.md"].contains(&&**name));
    entries.push("notes.txt".to_owned());
    crate::notices(
        &top_level(&entries),
        &["`notes.txt` has", "`README.md` is gone"],
    );
}

#[test]
fn a_path_of_a_machine_is_noticed() {
    let folder = |name: &str| format!("cd /{name}/me\nhttps://site.example/{name}/a");
    let files = ["home", "work", "opt"].map(|name| File::new(name, &folder(name)));
    crate::notices(&machine_paths(&files), &["home:1", "work:1"]);
}
