//! What a type does is written where it is defined.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    floors::room,
    source::{File, is_word, line, words},
};

/// Types with an `impl` block elsewhere, where that is, and why.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    (
        "Both",
        "openapi.rs",
        "what aide asks of guards and extractors is in one file, which is there with its feature alone",
    ),
    (
        "LoginManager",
        "testing/login.rs",
        "`test_login` is asked of a manager, and is there with the feature `testing` alone",
    ),
];

pub(crate) fn violations(files: &[File]) -> Vec<String> {
    violations_but(files, ELSEWHERE)
}

fn violations_but(files: &[File], elsewhere: &[(&str, &str, &str)]) -> Vec<String> {
    let sources: Vec<_> = files.iter().filter(|file| file.is_rust()).collect();
    let codes: Vec<_> = sources
        .iter()
        .map(|file| (&*file.path, file.code()))
        .collect();
    let mut rooms: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (path, code) in &codes {
        for keyword in ["struct", "enum", "union", "trait"] {
            for at in words(code, keyword) {
                let name = code[at + keyword.len()..].trim_start();
                let end = name.find(|it| !is_word(it)).unwrap_or(name.len());
                rooms.entry(&name[..end]).or_default().insert(room(path));
            }
        }
    }
    let mut violations = Vec::new();
    let mut used = BTreeSet::new();
    for (path, code) in &codes {
        let here = |name: &str| rooms.get(name).is_some_and(|it| it.contains(room(path)));
        for block in blocks(code) {
            let Some(owners) = rooms.get(block.of) else {
                continue;
            };
            // As for crates: a trait of this room, or a foreign one about a type of this room.
            let about = |of_trait: &str| of_trait.split(|it| !is_word(it)).any(here);
            if here(block.of) || block.of_trait.is_some_and(about) {
                continue;
            }
            if elsewhere
                .iter()
                .any(|(of, at, _)| *of == block.of && path.ends_with(at))
            {
                used.insert(block.of);
                continue;
            }
            let owners: Vec<_> = owners.iter().copied().collect();
            let (line, of) = (line(code, block.at), block.of);
            violations.push(format!(
                "{path}:{line}: `{of}` belongs to {}",
                owners.join(", ")
            ));
        }
    }
    let unused = elsewhere.iter().filter(|(of, ..)| !used.contains(of));
    violations.extend(unused.map(|(of, ..)| format!("`{of}` needs no exception any more")));
    violations
}

/// The head of an `impl` block.
struct Block<'a> {
    at: usize,
    of_trait: Option<&'a str>,
    of: &'a str,
}

fn blocks(code: &str) -> Vec<Block<'_>> {
    let is_item = |at: &usize| {
        let before = code[..*at].trim_end();
        before.is_empty() || before.ends_with(['}', ';', ']', '{']) || before.ends_with("unsafe")
    };
    let block = |at: usize| {
        let rest = &code[at + "impl".len()..];
        let head = &rest[..rest.find('{')?];
        let head = match head.strip_prefix('<') {
            Some(generic) => &generic[closing(generic)? + 1..],
            None => head,
        };
        let head = head.split_once(" where").map_or(head, |(head, _)| head);
        // Not the `for` of `for<'a>`.
        let (of_trait, of) = match head.split_once(" for ") {
            Some((of_trait, of)) => (Some(of_trait), of),
            None => (None, head),
        };
        Some(Block {
            at,
            of_trait,
            of: last_word(of),
        })
    };
    words(code, "impl")
        .filter(is_item)
        .filter_map(block)
        .collect()
}

/// Where the angle bracket is closed that stands before this text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    let mut before = ' ';
    for (at, character) in text.char_indices() {
        match character {
            '<' => depth += 1,
            '>' if before != '-' && before != '=' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
        before = character;
    }
    None
}

/// The name at the end of a path, without its arguments.
fn last_word(path: &str) -> &str {
    let path = path.trim().trim_start_matches(['&', '(', '[']);
    let path = path.trim_start_matches("mut ").trim_start_matches("dyn ");
    let end = path.find(['<', '{', '(', ',']).unwrap_or(path.len());
    path[..end].rsplit("::").next().unwrap_or_default().trim()
}

#[cfg(test)]
const HOUSE: [(&str, &str); 3] = [
    (
        "login-runtime/src/login/mod.rs",
        "pub struct Login<T>(T); impl<T: Fn() -> u8> Login<T> {}",
    ),
    (
        "login-runtime/src/user/mod.rs",
        "trait User {}\nimpl User for crate::login::Login<u8> {}",
    ),
    (
        "login-runtime/src/store/mod.rs",
        "fn f(_: impl Fn()) -> impl Fn() {}\n\
         impl<T: Fn() -> u8> crate::login::Login<T> where T: Copy { fn of(&self) {} }\n\
         impl fmt::Display for Login<u8> {}\n\
         impl User for &Login<u8> {}\n\
         impl User for Vec<Login<u8>> {}\n\
         struct Cursor; impl From<Cursor> for Login<u8> {}",
    ),
];

#[test]
fn a_method_on_another_rooms_type_is_noticed() {
    let files = HOUSE.map(|(path, text)| File::new(path, text));
    let belongs = [
        "store/mod.rs:2: `Login` belongs to login",
        "mod.rs:3: ",
        "mod.rs:4: ",
    ];
    crate::notices(&violations_but(&files, &[]), &belongs);
    let allowed = [("Login", "store/mod.rs", "a reason")];
    crate::notices(&violations_but(&files, &allowed), &[]);
    crate::notices(
        &violations_but(&files[..2], &allowed),
        &["no exception any more"],
    );
}
