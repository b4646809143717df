//! Messages for the next page that the visitor sees.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, request::Parts},
    response::Response,
};

use crate::{
    error::LoginError,
    refusal,
    request::{LoginHandle, State},
};

/// How long a message waits to be shown, in seconds.
const LIFETIME: i64 = 600;

/// A message and its category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlashedMessage {
    /// What kind of message it is, for styling. `message` where nothing else was said.
    pub category: String,
    /// The text, as it was given: escape it in HTML.
    pub text: String,
}

impl FlashedMessage {
    pub(crate) fn new(category: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            category: category.into(),
            text: text.into(),
        }
    }
}

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
    pub(crate) fn line(&self, handle: &LoginHandle, now: i64) -> Option<HeaderValue> {
        let cookie = &handle.manager.cookies.flash;
        if self.waiting().next().is_none() {
            return self.had_cookie.then(|| cookie.spec.remove()).flatten();
        }
        let last = &handle.manager.cookies.last_flash;
        last.get_or(now, self.waiting(), || {
            let body = encode(self.waiting());
            cookie
                .set(now, now.saturating_add(LIFETIME), Some(LIFETIME), &body)
                .ok()
        })
    }

    /// What is to be shown by a later response.
    fn waiting(&self) -> impl Iterator<Item = &Arc<FlashedMessage>> + Clone {
        self.incoming.iter().chain(&self.added)
    }

    /// Adds a message if the cookie then still fits into so many bytes.
    fn add(
        &mut self,
        handle: &LoginHandle,
        message: Arc<FlashedMessage>,
        limit: usize,
    ) -> Result<(), LoginError> {
        // Five requests refused at once are one reason to log in.
        if self.waiting().any(|waiting| *waiting == message) {
            return Ok(());
        }
        let cookie = &handle.manager.cookies.flash;
        let encoded = encoded_len(self.waiting().chain([&message]));
        let bytes = cookie.line_len(encoded, LIFETIME);
        if bytes > limit {
            return Err(LoginError::CookieTooLarge(bytes));
        }
        self.added.push(message);
        Ok(())
    }
}

/// The line of a flash cookie that was made last.
///
/// A line depends on the second and on the messages alone, so everybody who is refused within one
/// second gets the same, signed once.
#[derive(Default)]
pub(crate) struct LastLine(Mutex<Option<Line>>);

struct Line {
    now: i64,
    messages: Vec<Arc<FlashedMessage>>,
    header: HeaderValue,
}

impl LastLine {
    fn get_or<'a>(
        &self,
        now: i64,
        messages: impl Iterator<Item = &'a Arc<FlashedMessage>> + Clone,
        make: impl FnOnce() -> Option<HeaderValue>,
    ) -> Option<HeaderValue> {
        // Nobody waits for another request's look: making the line takes no longer.
        let Ok(mut last) = self.0.try_lock() else {
            return make();
        };
        match &*last {
            Some(last) if last.now == now && messages.clone().eq(&last.messages) => {
                Some(last.header.clone())
            }
            _ => {
                let header = make()?;
                *last = Some(Line {
                    now,
                    messages: messages.cloned().collect(),
                    header: header.clone(),
                });
                Some(header)
            }
        }
    }
}

/// Reads the flash cookie into the request's state, once.
pub(crate) fn load(handle: &LoginHandle, parts: &Parts) {
    read(&mut handle.state(), handle, parts);
}

fn read(state: &mut State, handle: &LoginHandle, parts: &Parts) {
    if state.flash.loaded {
        return;
    }
    let cookie = &handle.manager.cookies.flash;
    state.flash.had_cookie = cookie.is_sent_by(&parts.headers);
    if state.flash.had_cookie {
        let (now, skew) = (state.now(&handle.manager), handle.manager.limits.skew);
        let envelope = cookie.get(&parts.headers, now, skew);
        let messages = envelope.and_then(|envelope| decode(envelope.body()));
        let messages = messages.into_iter().flatten().map(Arc::new);
        state.flash.incoming = messages.collect();
    }
    state.flash.loaded = true;
}

/// Adds a message from the library itself.
pub(crate) fn add(
    handle: &LoginHandle,
    parts: &Parts,
    message: Arc<FlashedMessage>,
    limit: usize,
) -> Result<(), LoginError> {
    let mut state = handle.state();
    read(&mut state, handle, parts);
    state.flash.add(handle, message, limit)
}

/// Leaves a message for the next page that the visitor sees.
///
/// An extractor. Messages travel in a signed cookie, readable by the visitor and by nobody
/// else's forgery; they wait 10 minutes, are shown once, and are dropped at logout and at
/// login as another user. With several managers, those of the innermost layer.
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
            .add(&self.handle, message, crate::cookie::MAX_BYTES)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Flash {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::innermost(&parts.extensions)
            .map_err(refusal::no_handle)?
            .clone();
        load(&handle, parts);
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
            messages: take_all(&handle, Some(parts)),
        })
    }
}

/// Everything that waits, of this manager and those around it.
pub(crate) fn take_all(handle: &LoginHandle, parts: Option<&Parts>) -> Vec<FlashedMessage> {
    let mut messages = Vec::new();
    for handle in handle.chain() {
        if let Some(parts) = parts {
            load(handle, parts);
        }
        messages.append(&mut handle.state().flash.take());
    }
    messages
}

fn encoded_len<'a>(messages: impl Iterator<Item = &'a Arc<FlashedMessage>>) -> usize {
    let texts = messages.map(|it| 4 + it.category.len() + it.text.len());
    texts.sum()
}

fn encode<'a>(messages: impl Iterator<Item = &'a Arc<FlashedMessage>> + Clone) -> Vec<u8> {
    let mut body = Vec::with_capacity(encoded_len(messages.clone()));
    for message in messages {
        for text in [&message.category, &message.text] {
            // A text too long for its length is too long for a cookie as well, and refused there.
            let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
            body.extend_from_slice(&length.to_be_bytes());
            body.extend_from_slice(text.as_bytes());
        }
    }
    body
}

fn decode(mut body: &[u8]) -> Option<Vec<FlashedMessage>> {
    let mut text = || {
        let (length, rest) = body.split_first_chunk()?;
        let (text, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        body = rest;
        let more = !rest.is_empty();
        Some((String::from_utf8(text.to_vec()).ok()?, more))
    };
    let mut messages = Vec::new();
    loop {
        let (category, _) = text()?;
        let (text, more) = text()?;
        messages.push(FlashedMessage { category, text });
        if !more {
            return Some(messages);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_their_encoding_and_garbage_does_not_decode() {
        let messages = [
            FlashedMessage::new("message", ""),
            FlashedMessage::new("ok", "Grüße, 佐藤"),
        ];
        let shared = messages.clone().map(Arc::new);
        let body = encode(shared.iter());
        assert_eq!(body.len(), encoded_len(shared.iter()));
        assert_eq!(decode(&body), Some(messages.to_vec()));
        for end in 0..body.len() {
            let whole = decode(&body[..end]);
            assert!(
                whole.is_none_or(|whole| whole == messages[..1]),
                "cut at {end}"
            );
        }
        assert_eq!(decode(&[0, 1, 0xff, 0, 0]), None);
    }

    #[test]
    fn a_line_is_made_once_for_a_second_and_its_messages() {
        let last = LastLine::default();
        let (a, b) = (["a"], ["a", "b"]);
        let line = |now, texts: &[&str], made: &'static str| {
            let new = |text: &&str| Arc::new(FlashedMessage::new("message", *text));
            let messages: Vec<_> = texts.iter().map(new).collect();
            last.get_or(now, messages.iter(), || {
                Some(HeaderValue::from_static(made))
            })
        };
        assert_eq!(line(1, &a, "first").unwrap(), "first");
        assert_eq!(line(1, &a, "not made").unwrap(), "first");
        assert_eq!(line(1, &b, "other messages").unwrap(), "other messages");
        assert_eq!(line(2, &b, "later").unwrap(), "later");
        assert_eq!(line(2, &[], "none").unwrap(), "none");
    }

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
