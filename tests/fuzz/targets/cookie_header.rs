//! The whole `Cookie` header, beside a second reading of it.
//!
//! Bytes below 8, which no header can have, stand for what nobody can guess: the names and values
//! that were issued.

#![no_main]

use std::{collections::BTreeSet, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use login_fuzz::Site;

// One thread runs a target, and a runtime is not shared.
thread_local! {
    static SITE: LazyLock<Site> = LazyLock::new(Site::new);
}

fn header(site: &Site, data: &[u8]) -> Vec<u8> {
    let (session, remember) = (site.cookie("_session"), site.cookie("_remember"));
    let mut header = Vec::new();
    for byte in data {
        match byte {
            0 => header.extend_from_slice(session.0.as_bytes()),
            1 => header.extend_from_slice(session.1.as_bytes()),
            2 => header.extend_from_slice(remember.0.as_bytes()),
            3 => header.extend_from_slice(remember.1.as_bytes()),
            4 => header.extend_from_slice(format!("{}={}", session.0, session.1).as_bytes()),
            5 => header.extend_from_slice(format!("{}={}", remember.0, remember.1).as_bytes()),
            6 => header.extend_from_slice(b"; "),
            7 => header.extend_from_slice(b"="),
            byte => header.push(*byte),
        }
    }
    header
}

/// The different values that a header has under one name.
fn values<'a>(header: &'a [u8], name: &str) -> BTreeSet<&'a [u8]> {
    let is_blank = |byte: &u8| *byte == b' ' || *byte == b'\t';
    let mut values = BTreeSet::new();
    for pair in header.split(|byte| *byte == b';') {
        let start = pair.iter().position(|byte| !is_blank(byte)).unwrap_or(pair.len());
        let end = pair.iter().rposition(|byte| !is_blank(byte)).map_or(start, |at| at + 1);
        let pair = &pair[start..end];
        let Some(equals) = pair.iter().position(|byte| *byte == b'=') else {
            continue;
        };
        if &pair[..equals] == name.as_bytes() {
            values.insert(&pair[equals + 1..]);
        }
    }
    values
}

fuzz_target!(|data: &[u8]| {
    SITE.with(|site| {
        let header = header(site, data);
        let Some(who) = site.ask("/me", &header) else {
            return;
        };
        let counts = ["_session", "_remember"].into_iter().any(|end| {
            let (name, value, _) = site.cookie(end);
            values(&header, name) == BTreeSet::from([value.as_bytes()])
        });
        assert_eq!(who, if counts { "1" } else { "" }, "{}", String::from_utf8_lossy(&header));
    });
});
