//! The suites whose tests run with records at hand and with records that are awaited.

use crate::source::{File, line};

const SUITES: [&str; 2] = ["/invariants/", "/parity/"];

pub(crate) fn violations(files: &[File]) -> Vec<String> {
    let mut violations = Vec::new();
    let suites = |file: &&File| SUITES.iter().any(|suite| file.path.contains(suite));
    for file in files.iter().filter(suites) {
        let code = file.code();
        for (at, _) in code.match_indices("LoginManager") {
            let Some(call) = code[at..].find('(').map(|open| &code[at..][open..]) else {
                continue;
            };
            let end = call.find(';').unwrap_or(call.len());
            let arguments = &call[..closing(call).unwrap_or(end)];
            if arguments.contains("MemoryStore::") {
                let line = line(&code, at);
                violations.push(format!(
                    "{}:{line}: a store without `FaultyStore`",
                    file.path
                ));
            }
        }
    }
    violations
}

/// Where the parenthesis is closed that this text begins with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

#[test]
fn a_store_that_runs_one_way_is_noticed() {
    let text = "LoginManager::builder(load, MemoryStore::new());\n\
                LoginManager::<User>::builder_from_requests::<Users>(store::MemoryStore::default());\n\
                LoginManager::builder(load, FaultyStore::memory()); let store = MemoryStore::new();";
    let suites = ["a/http/a.rs", "a/parity/a.rs"].map(|path| File::new(path, text));
    crate::notices(
        &violations(&suites),
        &["a/parity/a.rs:1:", "a/parity/a.rs:2:"],
    );
}
