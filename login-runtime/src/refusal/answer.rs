//! The answers themselves, in the form that the client understands.

use axum::{
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, LOCATION},
        request::Parts,
    },
    response::{IntoResponse, Response},
};

use crate::request::{Failure, NoHandle};

pub(super) const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// What kind of answer the client understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Html,
    Json,
    Htmx,
}

impl Answer {
    pub(super) fn wanted(headers: &HeaderMap) -> Self {
        let is = |name: HeaderName, value: &str| {
            headers
                .get(name)
                .is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(value.as_bytes()))
        };
        if is(HeaderName::from_static("hx-request"), "true") {
            return Self::Htmx;
        }
        if is(
            HeaderName::from_static("x-requested-with"),
            "xmlhttprequest",
        ) {
            return Self::Json;
        }
        let accepts = |what: &str| {
            let mut values = headers.get_all(ACCEPT).iter();
            values.any(|it| contains_ignoring_case(it.as_bytes(), what.as_bytes()))
        };
        match accepts("json") && !accepts("text/html") {
            true => Self::Json,
            false => Self::Html,
        }
    }
}

fn contains_ignoring_case(text: &[u8], what: &[u8]) -> bool {
    text.windows(what.len())
        .any(|here| here.eq_ignore_ascii_case(what))
}

pub(super) fn redirect(answer: Answer, location: String) -> Response {
    let Ok(location) = HeaderValue::try_from(location) else {
        return problem(answer, StatusCode::UNAUTHORIZED, "log in to go on");
    };
    match answer {
        Answer::Htmx => {
            // htmx follows this header on any status; what is not htmx sees a refusal.
            (StatusCode::UNAUTHORIZED, [(HX_REDIRECT, location)]).into_response()
        }
        _ => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
    }
}

/// A refusal that leads nowhere; for programs as a problem document (RFC 9457).
pub(super) fn problem(answer: Answer, status: StatusCode, detail: &'static str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    if answer != Answer::Json {
        return (status, format!("{title}: {detail}\n")).into_response();
    }
    let code = status.as_u16();
    let body = format!(
        "{{\"type\":\"about:blank\",\"title\":\"{title}\",\"status\":{code},\"detail\":\"{detail}\"}}"
    );
    let json = HeaderValue::from_static("application/problem+json");
    (status, [(CONTENT_TYPE, json)], body).into_response()
}

/// The answer where it cannot be said who is asking: never as if nobody were.
pub(crate) fn failed(failure: Failure, parts: &Parts) -> Response {
    let answer = Answer::wanted(&parts.headers);
    let mut response = match failure {
        Failure::Unavailable => problem(
            answer,
            StatusCode::SERVICE_UNAVAILABLE,
            "it cannot be told right now who is logged in; try again later",
        ),
        Failure::Misuse => problem(
            answer,
            StatusCode::INTERNAL_SERVER_ERROR,
            "the server is not set up correctly; its log says how",
        ),
    };
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

pub(crate) fn misuse(what: &str) -> Response {
    tracing::error!(target: "login_runtime", "{what}");
    let status = StatusCode::INTERNAL_SERVER_ERROR;
    problem(
        Answer::Html,
        status,
        "the server is not set up correctly; its log says how",
    )
}
