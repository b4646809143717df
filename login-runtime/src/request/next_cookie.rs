//! The cookie in which the page that a visitor wanted waits for the login.

use axum::http::request::Parts;

use super::LoginHandle;

/// How long a wanted page waits in its cookie, in seconds.
const LIFETIME: i64 = 3600;

/// Has the response keep the page.
pub(crate) fn remember_page(handle: &LoginHandle, page: &str) {
    let now = handle.now();
    let line = handle.realm.next.set(
        now,
        now.saturating_add(LIFETIME),
        Some(LIFETIME),
        page.as_bytes(),
    );
    handle.state().out().next = line.ok();
}

/// The page that the request's cookie keeps, until a login uses it up. The visitor may have an old
/// one, so it is not yet to be followed.
pub(crate) fn kept_page(handle: &LoginHandle, parts: &Parts) -> Option<String> {
    let realm = &*handle.realm;
    let cookie = &realm.next;
    handle.state().asked.cookie = true;
    if !cookie.is_sent_by(&parts.headers) {
        return None;
    }
    handle.state().next_sent = true;
    let envelope = cookie.get(&parts.headers, handle.now(), realm.limits.skew)?;
    String::from_utf8(envelope.body().to_vec()).ok()
}

/// Notes that a login in this request has a kept page to use up, whoever follows it.
pub(crate) fn note(handle: &LoginHandle, parts: &Parts) {
    let realm = &*handle.realm;
    if realm.next_in_cookie && realm.next.is_sent_by(&parts.headers) {
        handle.state().next_sent = true;
    }
}
