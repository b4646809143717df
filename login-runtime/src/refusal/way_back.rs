//! Where the refused are sent, and how they find back.

use std::borrow::Cow;

use axum::{
    extract::OriginalUri,
    http::{Method, request::Parts},
};

use crate::{
    next::{MAX_TARGET, login_url, original_target},
    request::{LoginHandle, next_cookie},
};

/// The address of the login or refresh view, with the wanted page.
pub(super) fn location(handle: &LoginHandle, parts: &Parts, view: &str) -> String {
    let realm = &*handle.realm;
    let origin = realm.refusal.force_origin.as_deref();
    let next = wanted_page(handle, parts);
    let view = match origin {
        Some(origin) if view.starts_with('/') => Cow::Owned(format!("{origin}{view}")),
        _ => Cow::Borrowed(view),
    };
    if realm.next_in_cookie {
        if let Some(next) = next {
            next_cookie::remember_page(handle, &next);
        }
        return view.into_owned();
    }
    // On the forced origin itself the path alone says the same.
    let own = origin.is_some_and(|origin| view.starts_with(origin));
    let mut url = login_url(&view).next_field(&realm.next_field);
    if let Some(next) = &next {
        url = url.next(next);
    }
    if let Some(origin) = origin.filter(|_| !own) {
        url = url.origin(origin);
    }
    let url = url.to_string();
    // Encoding may treble it, and proxies refuse responses whose headers are too long.
    match url.len() > MAX_TARGET {
        true => view.into_owned(),
        false => url,
    }
}

/// The page that was wanted: only what can be asked for again, and only on this site.
fn wanted_page<'p>(handle: &LoginHandle, parts: &'p Parts) -> Option<Cow<'p, str>> {
    if !matches!(parts.method, Method::GET | Method::HEAD) {
        return None;
    }
    let uri = parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |original| &original.0);
    let keys: Vec<&str> = handle
        .chain()
        .flat_map(|handle| handle.realm.request_loaders.iter())
        .filter_map(|loader| loader.source().query_key())
        .collect();
    original_target(uri.path_and_query()?.as_str(), &keys)
}
