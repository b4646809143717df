//! Where the refused are sent, and what they are told.

use std::sync::{Arc, Once};

use axum::{
    extract::Request,
    handler::Handler,
    http::{HeaderValue, request::Parts},
    response::Response,
};

use crate::{boxed::BoxFuture, build_error::BuildError, flash::FlashedMessage};

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
    pub(crate) unused_view: Once,
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
            unused_view: Once::new(),
        }
    }
}

impl RefusalSettings {
    /// Whether browsers can be sent there.
    pub(crate) fn check_view(setting: &'static str, view: &str) -> Result<(), BuildError> {
        let rooted = view.starts_with('/') && !view.starts_with("//");
        let absolute = view.starts_with("https://") || view.starts_with("http://");
        match (rooted || absolute) && HeaderValue::try_from(view).is_ok() && !view.contains(' ') {
            true => Ok(()),
            false => Err(BuildError::Address {
                setting,
                value: view.to_owned(),
                expected: "give a path such as `/login` or a URL such as `https://id.example/login`",
            }),
        }
    }

    /// Says once that a handler answers in the place of a router's own view.
    pub(crate) fn warn_of_unused_view(&self) {
        self.unused_view.call_once(|| {
            tracing::warn!(
                target: "login_runtime",
                "a router has a `LoginView`, but a handler of the login manager answers those who \
                 are refused there: take the extractor `Refusal` in the handler, and answer with its \
                 `default_response()` where the view should count"
            );
        });
    }

    pub(crate) fn check(&self, trusted_origins: &[String]) -> Result<(), BuildError> {
        let views = [
            ("login_view", &self.login_view),
            ("refresh_view", &self.refresh_view),
        ];
        for (setting, view) in views {
            if let Some(view) = view {
                Self::check_view(setting, view)?;
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
