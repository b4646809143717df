//! What a handler of refusals may know of the one that it answers.

use std::fmt;

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use crate::refusal::{self, RefusalReason, Refusing};

/// The refusal that an `unauthorized_handler`, `needs_refresh_handler` or `forbidden_handler` answers.
///
/// An extractor for these handlers. What would have been answered without the handler is
/// [`default_response`](Self::default_response), so that a handler can answer some requests and leave
/// the others as they are:
///
/// ```
/// use axum::{http::{StatusCode, Uri}, response::{IntoResponse, Response}};
/// use login_runtime::Refusal;
///
/// async fn unauthorized(uri: Uri, refusal: Refusal) -> Response {
///     match uri.path() {
///         "/feed" => (StatusCode::UNAUTHORIZED, "subscribe first\n").into_response(),
///         _ => refusal.default_response(),
///     }
/// }
/// # let _ = unauthorized;
/// ```
///
/// Anywhere else extracting it is a 500 with a log line.
pub struct Refusal {
    refusing: Refusing,
    parts: Parts,
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("why", &self.why())
            .finish_non_exhaustive()
    }
}

impl Refusal {
    /// Why the request is refused.
    pub fn why(&self) -> RefusalReason {
        self.refusing.why()
    }

    /// The view that a browser would be sent to, without `next`: the login view, or the refresh view
    /// for a login that is not fresh. It is the innermost [`LoginView`](crate::LoginView)'s, else the
    /// manager's; `None` where there is none, or none would help.
    pub fn login_view(&self) -> Option<&str> {
        self.refusing.view(&self.parts)
    }

    /// What would have been answered without the handler; it leaves the message for the view and
    /// remembers the wanted page, as that answer does.
    pub fn default_response(self) -> Response {
        self.refusing.default_response(&self.parts)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Refusal {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let Some(refusing) = Refusing::of(parts) else {
            return Err(refusal::misuse(
                "`Refusal` is taken by a handler that answers no refusal: it is for those of \
                 `unauthorized_handler`, `needs_refresh_handler` and `forbidden_handler`",
            ));
        };
        Ok(Self {
            refusing,
            parts: parts.clone(),
        })
    }
}
