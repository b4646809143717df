//! The answers themselves, in the form that the client understands.

use std::fmt::Write;

use axum::{
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION},
        request::Parts,
    },
    response::{IntoResponse, Response},
};

use super::policy::wants_text;
use crate::request::{Failure, NoHandle};

const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

pub(super) fn redirect(location: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

/// htmx follows this header on any status; what is not htmx sees a refusal.
pub(super) fn hx_redirect(location: HeaderValue) -> Response {
    (StatusCode::UNAUTHORIZED, [(HX_REDIRECT, location)]).into_response()
}

/// A refusal that leads nowhere: a sentence, or a problem document (RFC 9457) which says in `login`
/// where a person could log in.
pub(super) fn problem(
    parts: &Parts,
    status: StatusCode,
    detail: &str,
    login: Option<&str>,
) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    if wants_text(&parts.headers) {
        return text(status, detail);
    }
    let code = status.as_u16();
    let mut body = format!(
        "{{\"type\":\"about:blank\",\"title\":\"{title}\",\"status\":{code},\"detail\":\"{detail}\""
    );
    if let Some(login) = login {
        body.push_str(",\"login\":\"");
        escape(login, &mut body);
        body.push('"');
    }
    body.push('}');
    let json = HeaderValue::from_static("application/problem+json");
    (status, [(CONTENT_TYPE, json)], body).into_response()
}

fn text(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    (status, format!("{title}: {detail}\n")).into_response()
}

/// A JSON string without its quotes.
fn escape(text: &str, to: &mut String) {
    for c in text.chars() {
        match c {
            '"' | '\\' => to.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(to, "\\u{:04x}", u32::from(c));
            }
            c => to.push(c),
        }
    }
}

/// The answer where it cannot be told who is asking: a failure, and never "not logged in".
pub(crate) fn failed(failure: Failure, parts: &Parts) -> Response {
    let detail = match failure {
        Failure::Unavailable => "it cannot be told right now who is logged in; try again later",
        Failure::Misuse => MISUSE,
    };
    let mut response = problem(parts, failure.status(), detail, None);
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The answer to a program that asks for a login where none is to be had.
// Taken by value for `map_err`.
pub(crate) fn no_handle(why: NoHandle) -> Response {
    match why {
        NoHandle::NoLayer => misuse(
            "no login layer in front of this handler: add `.layer(login_manager.layer())` to the \
             router, after its routes",
        ),
        NoHandle::NoManager(user) => misuse(&format!(
            "no login manager for `{user}` in front of this handler: add the layer of a \
             `LoginManager<{user}>` to the router",
        )),
        NoHandle::Several => misuse(
            "several login managers are in front of this handler: say whose login it asks for, as \
             in `#[login_required(user = Admin)]`",
        ),
    }
}

const MISUSE: &str = "the server is not set up correctly; its log says how";

pub(crate) fn misuse(what: &str) -> Response {
    tracing::error!(target: "login_runtime", "{what}");
    text(StatusCode::INTERNAL_SERVER_ERROR, MISUSE)
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_stays_inside_its_string() {
        let mut escaped = String::new();
        super::escape("/a\"b\\c\td\u{e9}", &mut escaped);
        assert_eq!(escaped, "/a\\\"b\\\\c\\u0009d\u{e9}");
    }
}
