//! The one place that says no.

use std::{borrow::Cow, sync::Arc};

use axum::{
    body::Body,
    extract::{OriginalUri, Request},
    handler::Handler,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, TRANSFER_ENCODING,
            WWW_AUTHENTICATE,
        },
        request::Parts,
    },
    response::{IntoResponse, Response},
};

use crate::{
    boxed::BoxFuture,
    build_error::BuildError,
    event::LoginEvent,
    flash::{self, FlashedMessage},
    login_view::ViewsHere,
    next::{MAX_TARGET, login_url, original_target},
    request::{Failure, LoginHandle, NoHandle},
};

const HX_REDIRECT: HeaderName = HeaderName::from_static("hx-redirect");

/// An axum handler without its types, with its state.
pub(crate) type BoxedHandler = Box<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

pub(crate) fn box_handler<H, T, S>(handler: H, state: S) -> BoxedHandler
where
    H: Handler<T, S>,
    S: Clone + Send + Sync + 'static,
    T: 'static,
{
    Box::new(move |request| Box::pin(handler.clone().call(request, state.clone())))
}

/// Translates a message for a request.
pub(crate) type Localize = Box<dyn Fn(&str, &Parts) -> String + Send + Sync>;

/// Where the refused are sent, and what they are told.
pub(crate) struct RefusalSettings {
    pub(crate) login_view: Option<String>,
    pub(crate) refresh_view: Option<String>,
    pub(crate) login_message: Arc<FlashedMessage>,
    pub(crate) refresh_message: Arc<FlashedMessage>,
    pub(crate) theft_message: Arc<FlashedMessage>,
    pub(crate) localize: Option<Localize>,
    pub(crate) force_origin: Option<String>,
    pub(crate) unauthorized_handler: Option<BoxedHandler>,
    pub(crate) needs_refresh_handler: Option<BoxedHandler>,
    pub(crate) forbidden_handler: Option<BoxedHandler>,
}

impl Default for RefusalSettings {
    fn default() -> Self {
        let message = |text| Arc::new(FlashedMessage::new("message", text));
        Self {
            login_view: None,
            refresh_view: None,
            login_message: message("Please log in to access this page."),
            refresh_message: message("Please reauthenticate to access this page."),
            theft_message: Arc::new(FlashedMessage::new(
                "warning",
                "Somebody else has used your remembered login. You have been logged out \
                 everywhere; log in again and change your password.",
            )),
            localize: None,
            force_origin: None,
            unauthorized_handler: None,
            needs_refresh_handler: None,
            forbidden_handler: None,
        }
    }
}

impl RefusalSettings {
    pub(crate) fn check(&self, trusted_origins: &[String]) -> Result<(), BuildError> {
        let views = [
            ("login_view", &self.login_view),
            ("refresh_view", &self.refresh_view),
        ];
        for (setting, view) in views {
            let Some(view) = view else { continue };
            let rooted = view.starts_with('/') && !view.starts_with("//");
            let absolute = view.starts_with("https://") || view.starts_with("http://");
            if !(rooted || absolute) || HeaderValue::try_from(view).is_err() || view.contains(' ') {
                return Err(BuildError::Address {
                    setting,
                    value: view.clone(),
                    expected: "give a path such as `/login` or a URL such as `https://id.example/login`",
                });
            }
        }
        let origins = [("force_host_for_redirects", self.force_origin.as_slice())];
        for (setting, origins) in origins
            .into_iter()
            .chain([("trusted_origin", trusted_origins)])
        {
            if let Some(origin) = origins.iter().find(|origin| !is_origin(origin)) {
                return Err(BuildError::Address {
                    setting,
                    value: origin.clone(),
                    expected: "give an origin such as `https://example.com`, without a path",
                });
            }
        }
        Ok(())
    }
}

fn is_origin(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    host.is_some_and(|host| !host.is_empty() && host.bytes().all(allowed))
}

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
    let manager = &*handle.manager;
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
    manager.emit(|| event(handle, why));
    let settings = &manager.refusal;
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
    let manager = &*handle.manager;
    let settings = &manager.refusal;
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
            flash_message(handle, parts, message);
            redirect(answer, location(handle, parts, view))
        }
    };
    // What htmx follows is not for the browser to ask a password for.
    let leads_on = |response: &Response| response.headers().contains_key(HX_REDIRECT);
    if response.status() == StatusCode::UNAUTHORIZED && !leads_on(&response) {
        for loader in &manager.request_loaders {
            if let Some(challenge) = loader.source().challenge(&manager.realm) {
                response.headers_mut().append(WWW_AUTHENTICATE, challenge);
            }
        }
    }
    response
}

fn event(handle: &LoginHandle, why: Refused) -> LoginEvent {
    let user_id = || {
        handle
            .present_user()
            .map(|user| user.get_id())
            .unwrap_or_default()
    };
    match why {
        Refused::Unauthorized => LoginEvent::UserUnauthorized,
        Refused::NeedsRefresh => LoginEvent::UserNeedsRefresh { user_id: user_id() },
        Refused::Forbidden => LoginEvent::UserForbidden { user_id: user_id() },
    }
}

/// The address of the login or refresh view, with the wanted page.
fn location(handle: &LoginHandle, parts: &Parts, view: &str) -> String {
    let manager = &*handle.manager;
    let origin = manager.refusal.force_origin.as_deref();
    let next = wanted_page(handle, parts);
    let view = match origin {
        Some(origin) if view.starts_with('/') => Cow::Owned(format!("{origin}{view}")),
        _ => Cow::Borrowed(view),
    };
    if manager.next_in_cookie {
        if let Some(next) = next {
            let now = handle.now();
            let line = manager.cookies.next.set(
                now,
                now.saturating_add(crate::next_url::COOKIE_LIFETIME),
                Some(crate::next_url::COOKIE_LIFETIME),
                next.as_bytes(),
            );
            handle.state().out().next = line.ok();
        }
        return view.into_owned();
    }
    // On the forced origin itself the path alone says the same.
    let own = origin.is_some_and(|origin| view.starts_with(origin));
    let url = login_url(
        &view,
        next.as_deref(),
        &manager.next_field,
        origin.filter(|_| !own),
    );
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
        .flat_map(|handle| handle.manager.request_loaders.iter())
        .filter_map(|loader| loader.source().query_key())
        .collect();
    original_target(uri.path_and_query()?.as_str(), &keys)
}

/// Leaves one of the manager's own messages, translated, unless it would not fit.
pub(crate) fn flash_message(handle: &LoginHandle, parts: &Parts, message: &Arc<FlashedMessage>) {
    const LIMIT: usize = 2048;
    if message.text.is_empty() {
        return;
    }
    let message = match &handle.manager.refusal.localize {
        Some(localize) => {
            let text = localize(&message.text, parts);
            Arc::new(FlashedMessage::new(message.category.clone(), text))
        }
        None => Arc::clone(message),
    };
    if flash::add(handle, parts, message, LIMIT).is_err() {
        tracing::warn!(target: "login_runtime", "a message was not flashed: too much waits already");
    }
}

/// What kind of answer the client understands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Html,
    Json,
    Htmx,
}

impl Answer {
    fn wanted(headers: &HeaderMap) -> Self {
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

/// Looks for the first letter and then for the rest: 20 ns in a browser's `Accept` instead of 130.
fn contains_ignoring_case(text: &[u8], what: &[u8]) -> bool {
    let Some(first) = what.first() else {
        return true;
    };
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(lower, upper, text).any(|at| {
        let here = text[at..].get(..what.len());
        here.is_some_and(|it| it.eq_ignore_ascii_case(what))
    })
}

fn redirect(answer: Answer, location: String) -> Response {
    let Ok(location) = HeaderValue::try_from(location) else {
        return problem(answer, StatusCode::UNAUTHORIZED, "log in to go on");
    };
    match answer {
        Answer::Htmx => {
            // htmx follows this header on any status; what is not htmx sees a refusal.
            (StatusCode::UNAUTHORIZED, [(HX_REDIRECT, location)]).into_response()
        }
        _ => {
            // Written out: 40 ns less than a tuple's `into_response`.
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SEE_OTHER;
            response.headers_mut().insert(LOCATION, location);
            response
        }
    }
}

/// A refusal that leads nowhere; for programs as a problem document (RFC 9457).
fn problem(answer: Answer, status: StatusCode, detail: &'static str) -> Response {
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
