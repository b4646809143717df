//! The headers of the response: cookies, and what caches have to know.

use axum::{
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, SET_COOKIE, VARY},
    },
    response::Response,
};

use crate::{
    loader::Source,
    refusal,
    request::{LoginHandle, RequestState},
};

/// Writes the cookies, and what caches have to know.
pub(super) fn write_headers(
    handle: &LoginHandle,
    state: &mut RequestState,
    response: &mut Response,
) {
    let realm = &*handle.realm;
    let headers = response.headers_mut();
    let mut sets_cookie = false;
    let mut set_cookie = |line| {
        headers.append(SET_COOKIE, line);
        sets_cookie = true;
    };
    let mut next = None;
    if let Some(out) = state.out.take() {
        [out.session, out.remember]
            .into_iter()
            .flatten()
            .for_each(&mut set_cookie);
        next = out.next;
    }
    if state.flash.is_touched() {
        let now = state.now(realm);
        state
            .flash
            .line(&realm.flash, now)
            .into_iter()
            .for_each(&mut set_cookie);
    }
    if next.is_none() && state.next_removed {
        next = realm.next.spec.remove();
    }
    next.into_iter().for_each(set_cookie);
    if let Some(vary) = vary(handle, state) {
        headers.append(VARY, vary);
    }
    let opaque = consulted(handle, state).any(|source| matches!(source, Source::Anything));
    let somebody = state.user.known().is_some_and(Option::is_some)
        || state.record.known().is_some_and(Option::is_some);
    let no_store = HeaderValue::from_static("no-store");
    if sets_cookie || opaque || state.flash.shows_text() || state.next_sent {
        headers.insert(CACHE_CONTROL, no_store);
    } else if somebody {
        headers.entry(CACHE_CONTROL).or_insert(no_store);
    }
}

fn consulted<'a>(
    handle: &'a LoginHandle,
    state: &RequestState,
) -> impl Iterator<Item = &'a Source> + Clone {
    let asked = state.asked.loaders;
    let sources = handle
        .realm
        .request_loaders
        .iter()
        .map(|loader| loader.source());
    sources
        .enumerate()
        .filter(move |(at, _)| asked >> (*at).min(63) & 1 == 1)
        .map(|(_, it)| it)
}

fn vary(handle: &LoginHandle, state: &RequestState) -> Option<HeaderValue> {
    let cookie = state.asked.cookie || state.flash.is_touched() || state.next_sent;
    if cookie && state.asked.loaders == 0 && !state.asked.refused {
        // Every page of somebody with a session cookie: no list, no allocation.
        return Some(HeaderValue::from_static("cookie"));
    }
    let mut names = String::with_capacity(112);
    if cookie {
        names.push_str("cookie");
    }
    let headers = consulted(handle, state).filter_map(Source::header);
    for (at, name) in headers.clone().enumerate() {
        if !headers.clone().take(at).any(|before| before == name) {
            add(&mut names, name.as_str());
        }
    }
    if state.asked.refused {
        add(&mut names, refusal::VARY);
    }
    if names.is_empty() {
        return None;
    }
    HeaderValue::try_from(names).ok()
}

fn add(names: &mut String, name: &str) {
    if !names.is_empty() {
        names.push_str(", ");
    }
    names.push_str(name);
}
