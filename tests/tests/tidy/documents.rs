//! What is written about the code and can be held against it.

use std::{fs, io, process::Command};

use crate::source::{File, is_word, top};

const PICTURES: &str = "login-runtime/src/docs/pictures";
const STANDARDS: &str = "login-runtime/src/docs/security/standards.md";

/// The files that are packed with both crates: links to those at the top.
pub(crate) fn packed() -> Vec<String> {
    let mut violations = Vec::new();
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "SECURITY.md"] {
        let read = |folder: &str| fs::read(top().join(folder).join(name)).ok();
        for package in ["login-macros", "login-runtime"] {
            if read(package).is_none() || read(package) != read("") {
                violations.push(format!("`{package}/{name}` is not the `{name}` of the top"));
            }
        }
    }
    violations
}

/// Pictures that are not what their script draws. Without Python there is nothing to hold them against.
pub(crate) fn pictures() -> Vec<String> {
    let folder = top().join(PICTURES);
    let checked = Command::new("python3")
        .arg(folder.join("make.py"))
        .arg("--check")
        .output();
    let checked = match checked {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => return vec![format!("python3: {error}")],
    };
    if !checked.status.success() {
        return vec![String::from_utf8_lossy(&checked.stderr).into_owned()];
    }
    let others = String::from_utf8_lossy(&checked.stdout).into_owned();
    let others = others.lines().filter(|name| !name.is_empty());
    let mut violations: Vec<_> = others
        .map(|name| format!("{PICTURES}: `python3 make.py` makes another {name}"))
        .collect();
    let entries = fs::read_dir(&folder).expect("the folder of pictures");
    for entry in entries {
        let path = entry.expect("the folder of pictures").path();
        if path.extension().is_some_and(|it| it == "svg") {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let text = fs::read_to_string(&path).expect("a picture");
            violations.extend(picture(&name, &text));
        }
    }
    violations
}

/// Markdown takes a picture apart at an empty line, and a rule about everything is one about the page.
fn picture(name: &str, text: &str) -> Vec<String> {
    let mut violations = Vec::new();
    if text.lines().any(|line| line.trim().is_empty()) {
        violations.push(format!("{name} has an empty line"));
    }
    let begin = text
        .strip_prefix("<svg id=\"")
        .and_then(|it| it.split_once('"'));
    let Some((id, _)) = begin else {
        violations.push(format!("{name} has no id"));
        return violations;
    };
    let rules = text
        .split_once("<style>")
        .and_then(|(_, rest)| rest.split_once("</style>"));
    for rule in rules
        .map_or("", |(rules, _)| rules)
        .lines()
        .filter(|rule| !rule.is_empty())
    {
        if !rule.contains(&format!("#{id}")) {
            violations.push(format!("{name}: {rule} is about the whole page"));
        }
    }
    violations
}

/// Tests that the chapter on standards names, and that are nowhere.
pub(crate) fn tests_that_are_named(files: &[File]) -> Vec<String> {
    let chapter = files.iter().find(|file| file.path == STANDARDS);
    let chapter = &chapter.expect("the chapter on standards").text;
    let sources: Vec<_> = files.iter().filter(|file| file.is_rust()).collect();
    let is_missing = |name: &&str| {
        let definition = format!("fn {name}(");
        !sources.iter().any(|file| file.text.contains(&definition))
    };
    named(chapter)
        .filter(is_missing)
        .map(|name| format!("{STANDARDS}: there is no test `{name}`"))
        .collect()
}

/// What newcomers copy, where it logs a user in and does not look whether that came to pass.
pub(crate) fn logins_that_nobody_looks_at(files: &[File]) -> Vec<String> {
    let is_copied = |file: &&File| {
        let path = &*file.path;
        path == "README.md"
            || ["examples/", "login-runtime/src/"]
                .iter()
                .any(|it| path.starts_with(it))
    };
    let is_statement = |line: &str| {
        let code = line.trim_start_matches(['/', ' ', '#']).trim_end();
        code.starts_with("session.login_user(") && code.ends_with(';')
    };
    let mut violations = Vec::new();
    for file in files.iter().filter(is_copied) {
        for (line, _) in (1..)
            .zip(file.text.lines())
            .filter(|(_, line)| is_statement(line))
        {
            violations.push(format!(
                "{}:{line}: `false` is a user who is not active: look at it",
                file.path
            ));
        }
    }
    violations
}

/// The words in backquotes that are sentences, as names of tests are and those of settings are not.
fn named(chapter: &str) -> impl Iterator<Item = &str> {
    let is_test = |word: &&str| word.chars().all(is_word) && word.matches('_').count() >= 3;
    chapter.split('`').skip(1).step_by(2).filter(is_test)
}

#[test]
fn a_test_that_is_nowhere_is_noticed() {
    let chapter =
        "met: `a_test_that_is`, `a_test_that_is_not`, `idle_timeout`, `#[some_thing_of_mine]`";
    let files = [
        File::new(STANDARDS, chapter),
        File::new("tests/a.rs", "async fn a_test_that_is() {}"),
    ];
    crate::notices(&tests_that_are_named(&files), &["`a_test_that_is_not`"]);
}

#[test]
fn a_login_that_nobody_looks_at_is_noticed() {
    let files = [
        File::new(
            "README.md",
            "a\n    session.login_user(&ada).remember(true).await?;\n",
        ),
        File::new(
            "login-runtime/src/a.rs",
            "/// session.login_user(&ada).await?;",
        ),
        File::new(
            "examples/a.rs",
            "if session.login_user(&ada).await? { b() }",
        ),
        File::new("tests/a.rs", "session.login_user(&ada).await?;"),
    ];
    crate::notices(
        &logins_that_nobody_looks_at(&files),
        &["README.md:2", "login-runtime/src/a.rs:1"],
    );
}

#[test]
fn a_picture_that_spoils_its_page_is_noticed() {
    let good = "<svg id=\"thief-and-owner\">\n<style>\n#thief-and-owner{a:b}\n</style>\n</svg>";
    crate::notices(&picture("a", good), &[]);
    let bad = good
        .replace("#thief-and-owner", "text")
        .replace("</svg>", "\n</svg>");
    crate::notices(&picture("a", &bad), &["empty line", "text{a:b}"]);
    crate::notices(&picture("a", "<svg></svg>"), &["has no id"]);
}
