//! The raw `Cookie` header.

use axum::http::{HeaderMap, header::COOKIE};

/// Everything that the `Cookie` headers of a request have between their semicolons.
pub(super) fn pairs(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let headers = headers.get_all(COOKIE).into_iter();
    headers.flat_map(|header| header.as_bytes().split(|byte| *byte == b';').map(trim))
}

/// Optional white space is blank and tab, nothing else.
fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = bytes {
        bytes = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}
