//! Rooms stand on floors, and what a room needs comes from a floor below.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    RUNTIME,
    source::{File, is_word, line, words},
};

/// The rooms of the runtime, a folder or a file each, from the top floor to the ground.
const FLOORS: &[&[&str]] = &[
    // What do applications name?
    &["lib", "guarded", "testing"],
    // How is a manager set up? What do templates, expansions and API documents name?
    &["manager", "template", "__private", "openapi"],
    // What do handlers take? Who may pass? What happens around a handler?
    &["extract", "guard", "layer"],
    // Who is asking? What do we say to whoever may not?
    &["identify", "refusal"],
    // What is known of this one request, and what does its answer have to carry?
    &["request"],
    // What was decided once, for all requests of a manager?
    &["realm"],
    // Messages; other people's code.
    &["flash", "deadline"],
    // What handlers are told.
    &["error"],
    // Where logins are kept, how they travel, what is told of them.
    &["store", "cookie", "event"],
    // What a login is and what happens to it; how users are found.
    &["login", "loader"],
    // The words of all the others.
    &[
        "crypto",
        "next",
        "user",
        "clock",
        "boxed",
        "build_error",
        "packed",
        "sealed",
    ],
];

/// How far down a room is; the top is 0.
fn depth(room: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&room))
}

/// What a file names of another.
#[derive(Debug, PartialEq, Eq)]
struct Import {
    from: String,
    line: usize,
    to: String,
    name: String,
}

impl Import {
    fn rooms(&self) -> (&str, &str) {
        (room(&self.from), room(&self.to))
    }

    fn say(&self) -> String {
        let Self {
            from,
            line,
            to,
            name,
        } = self;
        format!("{from}:{line} -> {to}: `{name}`")
    }
}

/// The room of a file: the first folder, or the file where it is in none.
pub(crate) fn room(path: &str) -> &str {
    let inner = path.strip_prefix(RUNTIME).unwrap_or(path);
    inner.split(['/', '.']).next().unwrap_or(inner)
}

/// The path of the module that a file is.
fn module(path: &str) -> Vec<&str> {
    let inner = path.strip_prefix(RUNTIME).unwrap_or(path);
    let inner = inner.strip_suffix(".rs").unwrap_or(inner);
    let last = |segment: &&str| !["mod", "lib"].contains(segment);
    inner.split('/').filter(last).collect()
}

pub(crate) fn violations(files: &[File]) -> Vec<String> {
    let homeless = files.iter().filter(|file| file.is_rust());
    // What a page of the documentation shows is no part of the crate.
    let homeless = homeless.filter(|file| room(&file.path) != "docs");
    let homeless = homeless.filter(|file| depth(room(&file.path)).is_none());
    let homeless = homeless.map(|file| format!("{} stands on no floor", file.path));
    let upward = imports(files).into_iter().filter(|import| {
        let (from, to) = import.rooms();
        depth(from) > depth(to)
    });
    homeless.chain(upward.map(|import| import.say())).collect()
}

/// Rooms of one floor that import from each other, over however many others.
pub(crate) fn circles(files: &[File]) -> Vec<String> {
    let imports = imports(files);
    let mut needs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for import in &imports {
        let (from, to) = import.rooms();
        if from != to && depth(from) == depth(to) {
            needs.entry(from).or_default().insert(to);
        }
    }
    let reached_from = |start| {
        let mut reached = BTreeSet::new();
        let mut open = vec![start];
        while let Some(room) = open.pop() {
            let next = needs.get(room).into_iter().flatten();
            open.extend(next.filter(|room| reached.insert(**room)));
        }
        reached
    };
    let mut circles = Vec::new();
    for import in &imports {
        let (from, to) = import.rooms();
        if from != to && depth(from) == depth(to) && reached_from(to).contains(from) {
            circles.push(import.say());
        }
    }
    circles
}

fn imports(files: &[File]) -> Vec<Import> {
    let modules: BTreeMap<_, _> = files
        .iter()
        .filter(|file| file.is_rust())
        .map(|file| (module(&file.path), &*file.path))
        .collect();
    let mut imports = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let code = file.code();
        for (at, path) in paths(&code, &module(&file.path)) {
            let path: Vec<_> = path.iter().map(String::as_str).collect();
            let known = (0..=path.len())
                .rev()
                .find(|end| modules.contains_key(&path[..*end]));
            let known = known.expect("the crate's own file is there");
            imports.push(Import {
                from: file.path.clone(),
                line: line(&code, at),
                to: modules[&path[..known]].to_owned(),
                name: path[known..].join("::"),
            });
        }
    }
    imports
}

/// Every path of the code that begins at the crate or above the module itself, from the crate on.
fn paths(code: &str, module: &[&str]) -> Vec<(usize, Vec<String>)> {
    let mut paths = Vec::new();
    let mut leaves = |at: usize, rest: usize, base: &[&str]| {
        let base: Vec<_> = base.iter().map(|&it| it.to_owned()).collect();
        let mut found = Vec::new();
        let length = tree(&code[rest..], &base, &mut found);
        paths.extend(found.into_iter().map(|path| (at, path)));
        rest + length
    };
    for at in words(code, "crate") {
        if code[at..].starts_with("crate::") {
            leaves(at, at + "crate::".len(), &[]);
        }
    }
    let inline = inline_modules(code);
    let mut read = 0;
    for at in words(code, "super") {
        if at < read || !code[at..].starts_with("super::") {
            continue;
        }
        let mut rest = at;
        let mut up = 0_usize;
        while code[rest..].starts_with("super::") {
            (rest, up) = (rest + "super::".len(), up + 1);
        }
        let within = inline.iter().filter(|range| range.contains(&at)).count();
        let above = up.saturating_sub(within).min(module.len());
        read = match above {
            0 => rest,
            _ => leaves(at, rest, &module[..module.len() - above]),
        };
    }
    paths
}

/// The leaves of a `use` tree, or the path that stands here; says how much of the code it was.
fn tree(code: &str, base: &[String], leaves: &mut Vec<Vec<String>>) -> usize {
    let skip = |from: usize| from + (code[from..].len() - code[from..].trim_start().len());
    let start = skip(0);
    if code[start..].starts_with('{') {
        let mut at = start + 1;
        loop {
            at = skip(at);
            if code[at..].starts_with('}') || at >= code.len() {
                return at + 1;
            }
            at += tree(&code[at..], base, leaves);
            // Over a comma, and over `as another_name`.
            at += code[at..].find([',', '}']).unwrap_or(code[at..].len());
            if code[at..].starts_with(',') {
                at += 1;
            }
        }
    }
    let length = code[start..]
        .find(|it| !is_word(it))
        .unwrap_or(code.len() - start);
    let word = match length {
        0 => "*",
        _ => &code[start..start + length],
    };
    let path = match word {
        // Within braces.
        "super" => base[..base.len().saturating_sub(1)].to_vec(),
        _ => [base, &[word.to_owned()]].concat(),
    };
    let end = start + length;
    let goes_on =
        |rest: &str| rest.starts_with('{') || rest.starts_with('*') || rest.starts_with(is_word);
    match code[end..].strip_prefix("::") {
        Some(rest) if goes_on(rest) => end + 2 + tree(rest, &path, leaves),
        _ => {
            leaves.push(path);
            end
        }
    }
}

/// Where the modules are that stand in this file, and so are one step further from the crate.
fn inline_modules(code: &str) -> Vec<std::ops::Range<usize>> {
    let mut modules = Vec::new();
    for at in words(code, "mod") {
        let head = code[at..]
            .find(['{', ';'])
            .map_or(code.len(), |end| at + end);
        if !code[head..].starts_with('{') {
            continue;
        }
        let mut depth = 0;
        let end = code[head..].char_indices().find(|(_, character)| {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        modules.push(head..end.map_or(code.len(), |(end, _)| head + end));
    }
    modules
}

#[cfg(test)]
fn runtime(files: &[(&str, &str)]) -> Vec<File> {
    let file = |(path, text): &(&str, &str)| File::new(&format!("{RUNTIME}{path}"), text);
    files.iter().map(file).collect()
}

#[test]
fn an_upward_import_is_noticed_however_it_is_written() {
    let files = runtime(&[
        ("lib.rs", "mod realm; pub use realm::Realm;"),
        (
            "realm/mod.rs",
            "use crate::{login::Login, manager::{builder::Builder as B, self}};",
        ),
        (
            "realm/inner.rs",
            "fn f() { crate::layer::commit::<u8>(crate::login::Login) }",
        ),
        (
            "login/mod.rs",
            "use super::{super::no, request::Known};\n#[cfg(test)]\nmod tests { use super::*; }",
        ),
        (
            "login/id.rs",
            "#[cfg(test)]\nmod tests {\n    use super::super::super::guard::Guard;\n}",
        ),
        (
            "request/mod.rs",
            "use crate::LoginManager; use crate::realm; // crate::guard::Guard",
        ),
        (
            "manager/mod.rs",
            "/// As in [`crate::LoginManager`]\nuse crate::{request::*, realm::{self}};",
        ),
        ("manager/builder.rs", "use super::Manager;"),
        ("layer/mod.rs", "const A: &str = \"crate::manager\";"),
        ("guard/mod.rs", ""),
        ("attic.rs", ""),
    ]);
    crate::notices(
        &violations(&files),
        &[
            "attic.rs stands on no floor",
            "realm/mod.rs:1 -> login-runtime/src/manager/builder.rs: `Builder`",
            "realm/mod.rs:1 -> login-runtime/src/manager/mod.rs: `self`",
            "realm/inner.rs:1 -> login-runtime/src/layer/mod.rs: `commit`",
            "login/mod.rs:1 -> login-runtime/src/lib.rs: `no`",
            "login/mod.rs:1 -> login-runtime/src/request/mod.rs: `Known`",
            "login/id.rs:3 -> login-runtime/src/guard/mod.rs: `Guard`",
            "request/mod.rs:1 -> login-runtime/src/lib.rs: `LoginManager`",
        ],
    );
}

#[test]
fn a_circle_on_one_floor_is_noticed() {
    let files = runtime(&[
        ("lib.rs", ""),
        ("store/mod.rs", "use crate::event::Event;"),
        ("event.rs", "use crate::cookie::Line;"),
        ("cookie/mod.rs", "use crate::store::Ticket;"),
        ("guard/mod.rs", "use crate::layer::Layer;"),
        ("layer/mod.rs", "use crate::store::Ticket;"),
    ]);
    crate::notices(
        &circles(&files),
        &["store/mod.rs", "event.rs:", "src/cookie/mod.rs:"],
    );
}
