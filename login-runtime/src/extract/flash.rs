//! Messages for the next page that the visitor sees.

use std::{fmt, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use crate::{
    cookie,
    error::LoginError,
    flash::FlashedMessage,
    refusal,
    request::{LoginHandle, messages},
};

/// Leaves a message for the next page that the visitor sees.
///
/// An extractor. Messages travel in a signed cookie, which the visitor can read and cannot change.
/// They wait for at most 10 minutes, are shown once, and are dropped at logout and at login as another
/// user. With several managers they belong to the innermost layer.
///
/// ```
/// use axum::response::Redirect;
/// use login_runtime::{Flash, LoginError};
///
/// async fn save(flash: Flash) -> Result<Redirect, LoginError> {
///     flash.flash("Your changes are saved.", "success")?;
///     Ok(Redirect::to("/"))
/// }
/// # let _ = save;
/// ```
pub struct Flash {
    handle: LoginHandle,
}

impl fmt::Debug for Flash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flash").finish_non_exhaustive()
    }
}

impl Flash {
    /// Leaves a message, with its category as in Flask: `message`, `success`, `warning`, ….
    ///
    /// # Errors
    ///
    /// The messages that wait would not fit into a cookie (4096 bytes), or the response is sent
    /// already.
    pub fn flash(
        &self,
        text: impl Into<String>,
        category: impl Into<String>,
    ) -> Result<(), LoginError> {
        let mut state = self.handle.state();
        if state.sent {
            return Err(LoginError::AlreadySent);
        }
        let message = Arc::new(FlashedMessage::new(category, text));
        state
            .flash
            .add(&self.handle.realm.flash, message, cookie::MAX_BYTES)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Flash {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::innermost(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        messages::load(&handle, parts);
        Ok(Self { handle })
    }
}

/// The messages that wait to be shown; extracting them is showing them.
///
/// ```
/// use login_runtime::FlashedMessages;
///
/// async fn page(messages: FlashedMessages) -> String {
///     messages.iter().map(|message| format!("{}\n", message.text)).collect()
/// }
/// # let _ = page;
/// ```
#[derive(Clone, Debug, Default)]
pub struct FlashedMessages {
    messages: Vec<FlashedMessage>,
}

impl FlashedMessages {
    /// The messages, the oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, FlashedMessage> {
        self.messages.iter()
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

impl IntoIterator for FlashedMessages {
    type Item = FlashedMessage;
    type IntoIter = std::vec::IntoIter<FlashedMessage>;

    fn into_iter(self) -> Self::IntoIter {
        self.messages.into_iter()
    }
}

impl<'a> IntoIterator for &'a FlashedMessages {
    type Item = &'a FlashedMessage;
    type IntoIter = std::slice::Iter<'a, FlashedMessage>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for FlashedMessages {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::innermost(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        Ok(Self {
            messages: messages::take_all(&handle, Some(parts)),
        })
    }
}
