//! Where the refused are sent, and how they find back.

use std::{borrow::Cow, sync::Arc};

use axum::{
    extract::OriginalUri,
    http::{Method, request::Parts},
};

use super::{RefusalReason, Refused, login_view::ViewsHere};
use crate::{
    build_error::BuildError,
    flash::FlashedMessage,
    next::{MAX_TARGET, login_url, original_target},
    request::{LoginHandle, Via, next_cookie},
};

/// The view that the refused are sent to, if there is one that helps.
pub(super) fn view<'a>(
    handle: &'a LoginHandle,
    parts: &'a Parts,
    refused: Refused,
) -> Result<Option<&'a str>, &'a BuildError> {
    // No login opens what asks for a credential, or for a right.
    if refused.via == Via::Request || refused.why == RefusalReason::Forbidden {
        return Ok(None);
    }
    let settings = &handle.realm.refusal;
    let here = parts.extensions.get::<ViewsHere>();
    if let Some(wrong) = here.and_then(ViewsHere::wrong) {
        return Err(wrong);
    }
    Ok(match refreshes(refused) {
        false => ViewsHere::login(here, settings.login_view.as_deref()),
        true => ViewsHere::refresh(here, settings.refresh_view.as_deref()),
    })
}

/// What is flashed to those who are sent there.
pub(super) fn message(handle: &LoginHandle, refused: Refused) -> &Arc<FlashedMessage> {
    match refreshes(refused) {
        false => &handle.realm.refusal.login_message,
        true => &handle.realm.refusal.refresh_message,
    }
}

/// Whether there is a login to be refreshed: whoever came by an API key has to log in first.
fn refreshes(refused: Refused) -> bool {
    refused.why == RefusalReason::NeedsRefresh && !refused.by_request
}

/// The address of the login or refresh view, with the wanted page; `keep` has a cookie keep the page,
/// where that is how it waits.
pub(super) fn location(handle: &LoginHandle, parts: &Parts, view: &str, keep: bool) -> String {
    let realm = &*handle.realm;
    let origin = realm.refusal.force_origin.as_deref();
    let next = wanted_page(handle, parts);
    let view = match origin {
        Some(origin) if view.starts_with('/') => Cow::Owned(format!("{origin}{view}")),
        _ => Cow::Borrowed(view),
    };
    if realm.next_in_cookie {
        if let Some(next) = next.filter(|_| keep) {
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
    // The managers inside of this one read keys as well.
    let innermost = LoginHandle::innermost(&parts.extensions).unwrap_or(handle);
    let keys: Vec<&str> = innermost
        .chain()
        .flat_map(|handle| handle.realm.request_loaders.iter())
        .filter_map(|loader| loader.source().query_key())
        .collect();
    original_target(uri.path_and_query()?.as_str(), &keys)
}
