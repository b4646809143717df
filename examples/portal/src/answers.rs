//! What pages and scripts are answered: the same handlers serve both.

use std::fmt::Display;

use axum::{
    Form, Json,
    extract::{FromRequest, Request},
    http::{
        HeaderMap, HeaderName, StatusCode,
        header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER},
    },
    response::{Html, IntoResponse, Redirect, Response},
};
use login_runtime::{LoginError, TemplateError, Templates};
use minijinja::context;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::users::User;

pub(crate) type Result<T = Response, E = Failure> = std::result::Result<T, E>;

/// Something broke: the log knows what, and the visitor is told to try again.
#[derive(Debug)]
pub(crate) struct Failure(Response);

impl Failure {
    pub(crate) fn unavailable(error: impl Display) -> Self {
        tracing::error!(%error, "a page could not be made");
        Self(StatusCode::SERVICE_UNAVAILABLE.into_response())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.0
    }
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Self {
        Self::unavailable(error)
    }
}

impl From<LoginError> for Failure {
    fn from(error: LoginError) -> Self {
        Self(error.into_response())
    }
}

impl From<TemplateError> for Failure {
    fn from(error: TemplateError) -> Self {
        Self(error.into_response())
    }
}

/// What was sent, as a form or as JSON, and which of both the sender wants back.
pub(crate) struct Sent<T> {
    pub(crate) fields: T,
    pub(crate) wants: Wants,
}

/// Whether a page or JSON is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    Page,
    Json,
}

impl<T, S> FromRequest<S> for Sent<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (is_json, accepts_json) = (
            names_json(request.headers(), CONTENT_TYPE),
            names_json(request.headers(), ACCEPT),
        );
        let wants = match is_json || accepts_json {
            true => Wants::Json,
            false => Wants::Page,
        };
        let fields = if is_json {
            let fields = Json::from_request(request, state).await;
            fields
                .map(|Json(fields)| fields)
                .map_err(|it| it.body_text())
        } else {
            let fields = Form::from_request(request, state).await;
            fields
                .map(|Form(fields)| fields)
                .map_err(|it| it.body_text())
        };
        match fields {
            Ok(fields) => Ok(Self { fields, wants }),
            Err(text) => Err(match wants {
                Wants::Json => problem(StatusCode::BAD_REQUEST, &text),
                Wants::Page => (StatusCode::BAD_REQUEST, text).into_response(),
            }),
        }
    }
}

fn names_json(headers: &HeaderMap, name: HeaderName) -> bool {
    let value = headers.get(name).and_then(|it| it.to_str().ok());
    value.is_some_and(|it| it.to_ascii_lowercase().contains("application/json"))
}

impl Wants {
    /// On to the next page.
    pub(crate) fn go_on(self, next: &str) -> Response {
        match self {
            Self::Page => Redirect::to(next).into_response(),
            Self::Json => Json(json!({ "next": next })).into_response(),
        }
    }

    /// What was sent is not accepted: the page again with what is wrong, or a problem document.
    pub(crate) fn again(
        self,
        status: StatusCode,
        error: &str,
        templates: &Templates<User>,
        page: &str,
        fields: minijinja::Value,
    ) -> Result {
        if self == Self::Json {
            return Ok(problem(status, error));
        }
        let page = templates.render(page, context! { error, ..fields })?;
        Ok((status, page).into_response())
    }

    /// Too many tries: in so many seconds there is one again.
    pub(crate) fn later(self, seconds: i64, templates: &Templates<User>) -> Result {
        let status = StatusCode::TOO_MANY_REQUESTS;
        let minutes = seconds.div_euclid(60) + 1;
        let s = if minutes == 1 { "" } else { "s" };
        let error = format!("Too many tries. Please wait {minutes} minute{s}.");
        let mut response = match self {
            Self::Json => problem(status, &error),
            Self::Page => error_page(status, &error, templates)?,
        };
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
        Ok(response)
    }
}

/// A page that says what is wrong and offers the way home.
pub(crate) fn error_page(
    status: StatusCode,
    error: &str,
    templates: &Templates<User>,
) -> Result<Response> {
    let page: Html<String> = templates.render("error.html", context! { error })?;
    Ok((status, page).into_response())
}

/// A problem document (RFC 9457).
pub(crate) fn problem(status: StatusCode, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let body = json!({ "status": status.as_u16(), "title": title, "detail": detail });
    let kind = [(CONTENT_TYPE, "application/problem+json")];
    (status, kind, Json(body).into_response().into_body()).into_response()
}
