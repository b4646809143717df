//! The one place that says no.

mod answer;
mod challenge;
mod login_view;
mod policy;
mod way_back;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderValue, Method, StatusCode,
        header::{CONTENT_LENGTH, TRANSFER_ENCODING},
        request::Parts,
    },
    response::{IntoResponse, Response},
};

pub(crate) use answer::{failed, misuse, no_handle};
use answer::{hx_redirect, problem, redirect};
use login_view::ViewsHere;
pub use login_view::{LoginView, LoginViewService};
use policy::Asker;
pub(crate) use policy::VARY;

use crate::{
    event::{LoginEventKind, Whom},
    identify,
    request::{Failure, LoginHandle, Via, messages},
};

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalReason {
    /// No user is logged in, or not in the way that the guard asks for.
    Unauthorized,
    /// A user is logged in, but the password was entered too long ago.
    NeedsRefresh,
    /// A user is logged in, but lacks a right.
    Forbidden,
}

/// A refusal in the making: why, and what the guard asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refused {
    pub(crate) why: RefusalReason,
    pub(crate) via: Via,
    /// How old a login may be, in seconds, where that is why.
    pub(crate) max_age: Option<i64>,
    /// Whether the user is known by what the request carries.
    pub(crate) by_request: bool,
}

impl Refused {
    pub(crate) fn new(why: RefusalReason, via: Via) -> Self {
        Self {
            why,
            via,
            max_age: None,
            by_request: false,
        }
    }

    /// Whether the user is known, and the way or the age of the login does not do.
    fn is_known(self) -> bool {
        self.by_request || self.why == RefusalReason::NeedsRefresh
    }
}

/// Says no to a request.
pub(crate) async fn refuse(
    handle: &LoginHandle,
    parts: &mut Parts,
    mut refused: Refused,
) -> Response {
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
    if refused.why == RefusalReason::Unauthorized && refused.via == Via::Session {
        // In a box, because every guard's future would have room for it otherwise.
        match Box::pin(is_known_by_request(handle, parts)).await {
            Ok(known) => refused.by_request = known,
            Err(failure) => return failed(failure, parts),
        }
    }
    tell(handle, refused.why);
    let settings = &realm.refusal;
    let handler = match refused.why {
        RefusalReason::Unauthorized => &settings.unauthorized_handler,
        RefusalReason::NeedsRefresh => &settings.needs_refresh_handler,
        RefusalReason::Forbidden => &settings.forbidden_handler,
    };
    let Some(handler) = handler else {
        return answer(handle, parts, refused);
    };
    let refusing = Refusing {
        handle: handle.clone(),
        refused,
        taken: Arc::default(),
    };
    let taken = Arc::clone(&refusing.taken);
    handle.state().refusing = true;
    let response = handler(without_body(parts, refusing)).await;
    handle.state().refusing = false;
    if parts.extensions.get::<ViewsHere>().is_some() && !taken.load(Ordering::Relaxed) {
        settings.warn_of_unused_view();
    }
    response
}

/// Whether the user of a page that wants a session is known by a credential. The answer then says so,
/// for otherwise one would look for a mistake in the credential.
async fn is_known_by_request(handle: &LoginHandle, parts: &mut Parts) -> Result<bool, Failure> {
    // Found for another guard, in a way that this one does not accept.
    Ok(
        handle.present_user().is_some()
            || identify::carries_valid_credential(handle, parts).await?,
    )
}

/// A refusal that a handler of the application answers, for the extractor
/// [`Refusal`](crate::Refusal).
#[derive(Clone)]
pub(crate) struct Refusing {
    handle: LoginHandle,
    refused: Refused,
    taken: Arc<AtomicBool>,
}

impl Refusing {
    /// The refusal that the request's handler is to answer.
    pub(crate) fn of(parts: &Parts) -> Option<Self> {
        let refusing = parts.extensions.get::<Self>()?;
        refusing.taken.store(true, Ordering::Relaxed);
        Some(refusing.clone())
    }

    pub(crate) fn why(&self) -> RefusalReason {
        self.refused.why
    }

    pub(crate) fn view<'a>(&'a self, parts: &'a Parts) -> Option<&'a str> {
        way_back::view(&self.handle, parts, self.refused).ok()?
    }

    pub(crate) fn default_response(&self, parts: &Parts) -> Response {
        answer(&self.handle, parts, self.refused)
    }
}

/// The request as a handler of refusals gets it.
fn without_body(parts: &Parts, refusing: Refusing) -> Request {
    let mut parts = parts.clone();
    // They described the body, which the handler does not get.
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.remove(TRANSFER_ENCODING);
    parts.extensions.insert(refusing);
    Request::from_parts(parts, Body::empty())
}

/// What is said where the application has no handler for it.
fn answer(handle: &LoginHandle, parts: &Parts, refused: Refused) -> Response {
    let asker = Asker::of(handle, parts, refused.via);
    if refused.why == RefusalReason::Forbidden {
        return problem(parts, StatusCode::FORBIDDEN, "you may not do this", None);
    }
    if let Asker::ForeignWebSocket(wrong) = asker
        && refused.why == RefusalReason::Unauthorized
    {
        let (detail, for_the_log) = policy::explain(wrong);
        tracing::warn!(target: "login_runtime", "{for_the_log}");
        return problem(parts, StatusCode::FORBIDDEN, detail, None);
    }
    let view = match way_back::view(handle, parts, refused) {
        Ok(view) => view,
        Err(wrong) => return misuse(&format!("{wrong}, in a `LoginView`")),
    };
    let is_led = matches!(asker, Asker::Htmx | Asker::Browser);
    if let Some(view) = view.filter(|_| is_led) {
        let prefetch = policy::is_prefetch(&parts.headers);
        let location = way_back::location(handle, parts, view, !prefetch);
        if let Ok(location) = HeaderValue::try_from(location) {
            if !prefetch {
                let stolen = handle.state().stolen;
                if stolen {
                    messages::leave_once(handle, parts, &handle.realm.refusal.theft_message);
                }
                messages::leave(handle, parts, way_back::message(handle, refused));
            }
            return match asker {
                Asker::Htmx => hx_redirect(location),
                _ => redirect(location),
            };
        }
    }
    // A program does not go there itself, so no cookie keeps the page for it.
    let login = view.map(|view| way_back::location(handle, parts, view, false));
    let mut response = problem(
        parts,
        StatusCode::UNAUTHORIZED,
        detail(refused),
        login.as_deref(),
    );
    challenge::add(response.headers_mut(), handle, parts, refused, asker);
    response
}

fn detail(refused: Refused) -> &'static str {
    match (refused.why, refused.by_request) {
        (RefusalReason::NeedsRefresh, false) => "enter your password again to go on",
        (RefusalReason::NeedsRefresh, true) => {
            "this asks for a password entered not long ago; log in to go on"
        }
        (_, true) => "this asks for a login, not for what the request carries; log in to go on",
        _ if refused.via == Via::Request => "send a credential with the request to go on",
        _ => "log in to go on",
    }
}

fn tell(handle: &LoginHandle, why: RefusalReason) {
    let kind = match why {
        RefusalReason::Unauthorized => {
            return handle.emit(LoginEventKind::UserUnauthorized, Whom::Nobody);
        }
        RefusalReason::NeedsRefresh => LoginEventKind::UserNeedsRefresh,
        RefusalReason::Forbidden => LoginEventKind::UserForbidden,
    };
    let (login, user) = {
        let state = handle.state();
        (state.found_login(), state.present_user())
    };
    match (login, user) {
        (Some(login), _) => handle.emit(kind, Whom::Login(&login)),
        (None, Some(user)) => handle.emit(kind, Whom::User(&user.get_id())),
        (None, None) => handle.emit(kind, Whom::Nobody),
    }
}
