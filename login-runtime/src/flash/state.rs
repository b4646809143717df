//! What a request knows of flashed messages.

use std::sync::Arc;

use axum::http::HeaderValue;

use super::{FlashCookie, FlashedMessage};
use crate::error::LoginError;

/// What a request knows of flashed messages.
#[derive(Default)]
pub(crate) struct FlashState {
    loaded: bool,
    had_cookie: bool,
    /// Read from the cookie, not yet shown.
    incoming: Vec<Arc<FlashedMessage>>,
    /// Shown by this response.
    shown: Option<Vec<FlashedMessage>>,
    /// For the next response.
    added: Vec<Arc<FlashedMessage>>,
    /// Dropped, unless the login as another user does not happen.
    held: Vec<Arc<FlashedMessage>>,
    dropped: bool,
}

impl FlashState {
    pub(crate) fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// Takes over the messages of the request's cookie, or that it carries none.
    pub(crate) fn load(&mut self, sent: Option<Vec<Arc<FlashedMessage>>>) {
        self.had_cookie = sent.is_some();
        self.incoming = sent.unwrap_or_default();
        self.loaded = true;
    }

    pub(crate) fn is_touched(&self) -> bool {
        self.shown.is_some() || self.dropped || !self.added.is_empty()
    }

    pub(crate) fn shows_text(&self) -> bool {
        self.shown.as_ref().is_some_and(|shown| !shown.is_empty())
    }

    /// Forgets what was flashed before this request: it was meant for somebody else.
    pub(crate) fn drop_incoming(&mut self) {
        self.incoming.clear();
        self.held.clear();
        self.dropped = true;
    }

    /// Holds back what was flashed before this request, for a login that is about to happen.
    pub(crate) fn hold_incoming(&mut self) {
        self.held.append(&mut self.incoming);
    }

    /// Settles what was held back, now that it is known whether the login happened.
    pub(crate) fn settle(&mut self, happened: bool) {
        if happened {
            self.dropped |= !self.held.is_empty();
        } else {
            self.incoming.append(&mut self.held);
        }
    }

    /// Everything there is to show, which is then gone. Asked again, the same answer.
    pub(crate) fn take(&mut self) -> Vec<FlashedMessage> {
        let mut shown = self.shown.take().unwrap_or_default();
        let waiting = self.incoming.drain(..).chain(self.added.drain(..));
        shown.extend(waiting.map(Arc::unwrap_or_clone));
        self.shown = Some(shown.clone());
        shown
    }

    /// The cookie's line after messages were shown, added or dropped.
    pub(crate) fn line(&self, cookie: &FlashCookie, now: i64) -> Option<HeaderValue> {
        if self.waiting().next().is_none() {
            return self.had_cookie.then(|| cookie.0.spec.remove()).flatten();
        }
        cookie.line(now, self.waiting())
    }

    /// What is to be shown by a later response.
    fn waiting(&self) -> impl Iterator<Item = &Arc<FlashedMessage>> + Clone {
        self.incoming.iter().chain(&self.added)
    }

    /// Adds a message if the cookie then still fits into so many bytes.
    pub(crate) fn add(
        &mut self,
        cookie: &FlashCookie,
        message: Arc<FlashedMessage>,
        limit: usize,
    ) -> Result<(), LoginError> {
        // Five requests refused at once are one reason to log in.
        if self.waiting().any(|waiting| *waiting == message) {
            return Ok(());
        }
        let bytes = cookie.line_len(self.waiting().chain([&message]));
        if bytes > limit {
            return Err(LoginError::CookieTooLarge(bytes));
        }
        self.added.push(message);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_shown_stays_shown_for_the_same_request() {
        let mut state = FlashState {
            incoming: vec![Arc::new(FlashedMessage::new("message", "a"))],
            ..FlashState::default()
        };
        assert_eq!(state.take().len(), 1);
        assert_eq!(state.take().len(), 1);
        assert!(state.shows_text() && state.incoming.is_empty());
    }
}
