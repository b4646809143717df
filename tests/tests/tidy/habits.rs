//! What every file keeps to.

use std::collections::BTreeSet;

use crate::source::{File, is_rust, line, words};

/// A file of more lines is asking to be two.
const LINES: usize = 400;

/// Files that are longer, and why they are one.
const LONGER: &[(&str, &str)] = &[
    (
        "examples/quickstart/src/main.rs",
        "a whole application, to be read from top to bottom",
    ),
    (
        "login-runtime/src/manager/builder.rs",
        "a setting a method, and one table of all defaults above them",
    ),
];

pub(crate) fn long_files(files: &[File]) -> Vec<String> {
    long_files_but(files, LONGER)
}

fn long_files_but(files: &[File], longer: &[(&str, &str)]) -> Vec<String> {
    let is_long = |path: &str| {
        let file = files.iter().find(|file| file.path == path);
        file.map_or(0, |file| file.text.lines().count()) > LINES
    };
    let excused = |path: &str| longer.iter().any(|(excused, _)| *excused == path);
    let rust = files.iter().filter(|file| file.is_rust());
    let long = rust.filter(|file| is_long(&file.path) && !excused(&file.path));
    let long = long.map(|file| format!("{} has {} lines", file.path, file.text.lines().count()));
    let short = longer.iter().filter(|(path, _)| !is_long(path));
    let short = short.map(|(path, _)| format!("{path} is no longer than others any more"));
    long.chain(short).collect()
}

pub(crate) fn module_files(files: &[File]) -> Vec<String> {
    let paths: BTreeSet<_> = files.iter().map(|file| &*file.path).collect();
    let folder = |path: &str| {
        let folder = format!("{}/", path.strip_suffix(".rs")?);
        let inside = |it: &&&str| it.starts_with(&folder) && is_rust(it);
        paths.iter().find(inside).map(|_| folder)
    };
    paths
        .iter()
        .filter_map(|path| Some(format!("{path} is {}mod.rs", folder(path)?)))
        .collect()
}

pub(crate) fn left_undone(files: &[File]) -> Vec<String> {
    let mut violations = Vec::new();
    for file in files {
        let mut say = |at: usize, what: &str| {
            violations.push(format!("{}:{}: {what}", file.path, line(&file.text, at)));
        };
        if file.is_rust() {
            let code = file.code();
            for name in ["todo", "unimplemented", "dbg"] {
                let called = |at: &usize| code[at + name.len()..].starts_with('!');
                words(&code, name)
                    .filter(called)
                    .for_each(|at| say(at, name));
            }
            for (at, _) in code.match_indices("#[ignore") {
                say(at, "an ignored test");
            }
        }
        let prose = if file.is_rust() {
            file.comments()
        } else {
            file.text.clone()
        };
        for (at, fence) in prose.match_indices("```") {
            let info = prose[at + fence.len()..].lines().next().unwrap_or_default();
            if info.split([',', ' ']).any(|word| word == "ignore") {
                say(at, "an example that is ignored");
            }
        }
    }
    violations
}

#[test]
fn a_long_file_is_noticed_and_so_is_an_excuse_that_is_not_needed() {
    let long = File::new("long.rs", &"\n".repeat(LINES + 1));
    let files = [long, File::new("short.rs", &"\n".repeat(LINES))];
    crate::notices(&long_files_but(&files, &[]), &["long.rs has 401 lines"]);
    crate::notices(&long_files_but(&files, &[("long.rs", "a reason")]), &[]);
    let excused = [("long.rs", "a reason"), ("short.rs", "none")];
    crate::notices(
        &long_files_but(&files, &excused),
        &["short.rs is no longer"],
    );
}

#[test]
fn a_module_file_beside_its_folder_is_noticed() {
    let file = |path| File::new(path, "");
    let files = [
        "a/b.rs",
        "a/b/c.rs",
        "a/mod.rs",
        "d.rs",
        "d/e.stderr",
        "f/mod.rs",
        "f/g.rs",
    ];
    crate::notices(&module_files(&files.map(file)), &["a/b.rs is a/b/mod.rs"]);
}

#[test]
fn what_is_left_undone_is_noticed() {
    let rust = "fn a() { todo!(); unimplemented!(\"b\"); dbg!(c); }\n\
                // todo!() is nothing in a comment\n\
                const D: &str = \"todo!() ```ignore\";\n\
                #[ignore = \"slow\"]\n\
                /// ```rust,ignore\n\
                /// ```\n\
                fn ignore() {}";
    let files = [
        File::new("a.rs", rust),
        File::new("b.md", "to do\n```ignore\n```\n"),
    ];
    crate::notices(
        &left_undone(&files),
        &[
            "1: todo",
            "1: unimplemented",
            "1: dbg",
            "4: an ignored",
            "5: an example",
            "b.md:2: an",
        ],
    );
}
