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

/// As `Cargo.lock` says where a package is from.
const CRATES_IO: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

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

/// Where packages of one machine come from, and not those of another.
pub(crate) fn package_sources(files: &[File]) -> Vec<String> {
    // In two pieces each, so that this file may say them.
    let settings = [
        ["replace", "-with"],
        ["sparse", "+http"],
        ["--index", "-url"],
        ["--regis", "try"],
        ["[source", "."],
        ["[regist", "ries"],
        ["GOPR", "OXY"],
        ["HTTPS_P", "ROXY"],
    ];
    let settings = settings.map(|pieces| pieces.concat());
    let mut violations = Vec::new();
    for File { path, text } in files {
        let mut say = |number: usize, what: &str| {
            violations.push(format!("{path}:{}: {what}", number + 1));
        };
        if path.contains(".cargo/") {
            say(0, "settings of one machine");
        }
        for (number, line) in text.lines().enumerate() {
            for setting in &settings {
                if line.contains(&**setting) {
                    say(number, setting);
                }
            }
            let is_source = path.ends_with("Cargo.lock") && line.starts_with("source = ");
            if is_source && line != CRATES_IO {
                say(number, line);
            }
            for url in line.split("://").skip(1) {
                let end = url.find(|it: char| !it.is_alphanumeric() && !['.', '-'].contains(&it));
                let host = &url[..end.unwrap_or(url.len())];
                let last = host.rsplit_once('.').map_or("", |(_, last)| last);
                if ["internal", "corp", "lan", "intranet"].contains(&last) {
                    say(number, host);
                }
            }
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

#[test]
fn a_source_of_packages_is_noticed() {
    let file = |path: &str, text: &[&str]| File::new(path, &text.concat());
    let files = [
        file("a.toml", &["[source", ".mine]\nreplace", "-with = 1"]),
        file(
            "b.sh",
            &["pip --index", "-url https://packages.team.", "corp/x"],
        ),
        file(".cargo/config.toml", &[]),
        file("tests/Cargo.lock", &[&CRATES_IO.replace("github", "other")]),
        file("Cargo.lock", &[CRATES_IO]),
        file("c.rs", &["https://corp.example/lan corp"]),
    ];
    crate::notices(
        &package_sources(&files),
        &[
            "a.toml:1: [source",
            "a.toml:2: replace",
            "b.sh:1: --index",
            "b.sh:1: packages",
            ".cargo/config.toml:1: settings",
            "tests/Cargo.lock:1",
        ],
    );
}
