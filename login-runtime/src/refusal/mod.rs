//! The one place that says no.

mod answer;
mod login_view;
mod way_back;

use axum::{
    body::Body,
    extract::Request,
    http::{
        Method, StatusCode,
        header::{CONTENT_LENGTH, TRANSFER_ENCODING, WWW_AUTHENTICATE},
        request::Parts,
    },
    response::{IntoResponse, Response},
};

use answer::{Answer, HX_REDIRECT, problem, redirect};
pub(crate) use answer::{failed, misuse, no_handle};
use login_view::ViewsHere;
pub use login_view::{LoginView, LoginViewService};

use crate::{
    event::{LoginEventKind, Whom},
    request::{LoginHandle, messages},
};

/// Why somebody is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Nobody is logged in.
    Unauthorized,
    /// Somebody is, but the password was entered too long ago.
    NeedsRefresh,
    /// Somebody is, but may not.
    Forbidden,
}

/// Says no to a request.
pub(crate) async fn refuse(handle: &LoginHandle, parts: &Parts, why: Refused) -> Response {
    // A preflight carries no cookies: the guard answers it, and the handler does not run.
    if parts.method == Method::OPTIONS {
        return StatusCode::OK.into_response();
    }
    let realm = &*handle.realm;
    {
        let mut state = handle.state();
        if state.refusing {
            return misuse(
                "an `unauthorized_handler`, `needs_refresh_handler` or `forbidden_handler` is \
                 itself guarded; take the guard off it",
            );
        }
        state.asked.refused = true;
    }
    tell(handle, why);
    let settings = &realm.refusal;
    let handler = match why {
        Refused::Unauthorized => &settings.unauthorized_handler,
        Refused::NeedsRefresh => &settings.needs_refresh_handler,
        Refused::Forbidden => &settings.forbidden_handler,
    };
    match handler {
        Some(handler) => {
            handle.state().refusing = true;
            let response = handler(without_body(parts)).await;
            handle.state().refusing = false;
            response
        }
        None => answer(handle, parts, why),
    }
}

/// The request as a handler of refusals gets it.
fn without_body(parts: &Parts) -> Request {
    let mut parts = parts.clone();
    // They described the body, which the handler does not get.
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(TRANSFER_ENCODING);
    Request::from_parts(parts, Body::empty())
}

/// What is said where the application has no handler for it.
fn answer(handle: &LoginHandle, parts: &Parts, why: Refused) -> Response {
    let realm = &*handle.realm;
    let settings = &realm.refusal;
    let answer = Answer::wanted(&parts.headers);
    let here = parts.extensions.get::<ViewsHere>();
    let (view, message) = match why {
        Refused::Unauthorized => (
            here.and_then(|here| here.login.as_deref())
                .or(settings.login_view.as_deref()),
            &settings.login_message,
        ),
        Refused::NeedsRefresh => (
            here.and_then(|here| here.refresh.as_deref())
                .or(settings.refresh_view.as_deref()),
            &settings.refresh_message,
        ),
        Refused::Forbidden => return problem(answer, StatusCode::FORBIDDEN, "you may not do this"),
    };
    let detail = match why {
        Refused::NeedsRefresh => "enter your password again to go on",
        _ => "log in to go on",
    };
    let mut response = match (answer, view) {
        (Answer::Json, _) | (_, None) => problem(answer, StatusCode::UNAUTHORIZED, detail),
        (Answer::Html | Answer::Htmx, Some(view)) => {
            messages::leave(handle, parts, message);
            redirect(answer, way_back::location(handle, parts, view))
        }
    };
    // What htmx follows is not for the browser to ask a password for.
    let leads_on = |response: &Response| response.headers().contains_key(HX_REDIRECT);
    if response.status() == StatusCode::UNAUTHORIZED && !leads_on(&response) {
        for loader in &realm.request_loaders {
            if let Some(challenge) = loader.source().challenge(&realm.name) {
                response.headers_mut().append(WWW_AUTHENTICATE, challenge);
            }
        }
    }
    response
}

fn tell(handle: &LoginHandle, why: Refused) {
    let kind = match why {
        Refused::Unauthorized => {
            return handle.emit(LoginEventKind::UserUnauthorized, Whom::Nobody);
        }
        Refused::NeedsRefresh => LoginEventKind::UserNeedsRefresh,
        Refused::Forbidden => LoginEventKind::UserForbidden,
    };
    let (login, user) = {
        let state = handle.state();
        (state.found_login(), state.found_user())
    };
    match (login, user) {
        (Some(login), _) => handle.emit(kind, Whom::Login(&login)),
        (None, Some(user)) => handle.emit(kind, Whom::User(&user.get_id())),
        (None, None) => handle.emit(kind, Whom::Nobody),
    }
}
