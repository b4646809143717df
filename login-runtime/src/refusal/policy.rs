//! Who would show a page is sent to one; everybody else is told. The rule, first match first:
//!
#![doc = include_str!("rule.md")]
//!
//! Where there is no view to go to, 303 and `HX-Redirect` are a 401 as well; a guard with
//! `via = "request"` has none, because no login would open it.

use axum::http::{HeaderMap, HeaderName, header::ACCEPT, request::Parts};

use crate::{
    identify::{self, WrongOrigin},
    loader::Source,
    request::{LoginHandle, Via},
};

const HX_REQUEST: HeaderName = HeaderName::from_static("hx-request");
const X_REQUESTED_WITH: HeaderName = HeaderName::from_static("x-requested-with");
/// Unpoly renders the page that comes back, although it accepts `*/*`.
const X_UP_VERSION: HeaderName = HeaderName::from_static("x-up-version");
const SEC_PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");
const PURPOSE: HeaderName = HeaderName::from_static("purpose");
/// Turbo, which may not write the browser's header.
const X_SEC_PURPOSE: HeaderName = HeaderName::from_static("x-sec-purpose");

/// Who is asking, as far as that decides how to say no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// htmx, which follows `HX-Redirect` on any status.
    Htmx,
    /// A script that says so itself.
    Script,
    /// A WebSocket that cookies or a credential could let in.
    WebSocket,
    /// A WebSocket whose cookies do not count, and which has nothing else.
    ForeignWebSocket(WrongOrigin),
    /// Whoever carries a credential, or has to.
    Program,
    /// Whoever would show a page.
    Browser,
    Other,
}

impl Asker {
    /// Reads the table above. Looks at every loader's header, and notes that for `Vary`.
    pub(super) fn of(handle: &LoginHandle, parts: &Parts, via: Via) -> Self {
        let has_credential = carries_credential(handle, parts) || via == Via::Request;
        if says(&parts.headers, HX_REQUEST, "true") {
            return Self::Htmx;
        }
        if says(&parts.headers, X_REQUESTED_WITH, "xmlhttprequest") {
            return Self::Script;
        }
        if identify::is_websocket(parts) {
            return match identify::opened_by(parts, &handle.realm) {
                Err(wrong) if !has_credential => Self::ForeignWebSocket(wrong),
                _ => Self::WebSocket,
            };
        }
        if has_credential {
            return Self::Program;
        }
        if accepts(&parts.headers, "text/html") || parts.headers.contains_key(X_UP_VERSION) {
            return Self::Browser;
        }
        Self::Other
    }

    /// Whether a browser may ask for a password in a dialog of its own: not where a script is waiting.
    pub(super) fn may_see_dialog(self) -> bool {
        !matches!(self, Self::Htmx | Self::Script)
    }
}

/// What the origin of a [`Asker::ForeignWebSocket`] is lacking: a sentence for it and one for the log.
pub(super) fn explain(wrong: WrongOrigin) -> (&'static str, &'static str) {
    match wrong {
        WrongOrigin::Missing => (
            "a login counts for a WebSocket with an `Origin` only, and it is missing",
            "a WebSocket was refused: it sent no `Origin`. Browsers do by themselves; another client \
             has to send this site's, or a credential of a request loader",
        ),
        WrongOrigin::PlainHttp => (
            "a login counts for a WebSocket of a page over HTTPS only, and the `Origin` is `http`",
            "a WebSocket was refused: its `Origin` is this site over plain HTTP. Serve the page over \
             HTTPS; while developing, `.insecure_cookies_over_plain_http()` allows it",
        ),
        WrongOrigin::Foreign => (
            "a login counts for a WebSocket of this site's own pages only, and the `Origin` is another's",
            "a WebSocket was refused: its `Origin` is not this site's; if it should be let in, name it \
             with `.trusted_origin(..)`",
        ),
    }
}

/// Whether the request carries what one of the manager's request loaders reads.
fn carries_credential(handle: &LoginHandle, parts: &Parts) -> bool {
    let loaders = &handle.realm.request_loaders;
    if loaders.is_empty() {
        return false;
    }
    let (mut looked_at, mut carries) = (0, false);
    for (index, loader) in loaders.iter().enumerate() {
        // What reads whatever it likes shows nothing of it.
        if !matches!(loader.source(), Source::Anything) {
            looked_at |= 1 << index.min(63);
            carries |= loader.source().is_present(parts);
        }
    }
    handle.state().asked.loaders |= looked_at;
    carries
}

/// The headers that the rule reads, but for those of loaders, and [`wants_text`].
pub(crate) const VARY: &str = "accept, x-requested-with, hx-request, x-up-version";

/// Whether the page is fetched before anybody has asked for it.
pub(super) fn is_prefetch(headers: &HeaderMap) -> bool {
    [SEC_PURPOSE, PURPOSE, X_SEC_PURPOSE]
        .into_iter()
        .filter_map(|name| headers.get(name))
        .any(|value| contains_ignoring_case(value.as_bytes(), b"prefetch"))
}

/// Whether the answer is read as text: by whoever is shown a page, and by who asks for text alone.
/// Everybody else gets a problem document.
pub(super) fn wants_text(headers: &HeaderMap) -> bool {
    let is_script =
        says(headers, HX_REQUEST, "true") || says(headers, X_REQUESTED_WITH, "xmlhttprequest");
    if !is_script && accepts(headers, "text/html") && !accepts(headers, "json") {
        return true;
    }
    let mut ranges = headers
        .get_all(ACCEPT)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|range| !range.is_empty())
        .peekable();
    let is_text = |range: &[u8]| {
        range
            .get(..5)
            .is_some_and(|start| start.eq_ignore_ascii_case(b"text/"))
    };
    ranges.peek().is_some() && ranges.all(is_text)
}

fn says(headers: &HeaderMap, name: HeaderName, value: &str) -> bool {
    headers
        .get(name)
        .is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
}

fn accepts(headers: &HeaderMap, what: &str) -> bool {
    let mut values = headers.get_all(ACCEPT).iter();
    values.any(|it| contains_ignoring_case(it.as_bytes(), what.as_bytes()))
}

fn contains_ignoring_case(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len())
        .any(|here| here.eq_ignore_ascii_case(what))
}
