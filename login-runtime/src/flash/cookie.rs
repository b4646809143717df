//! The cookie that messages travel in.

use std::sync::{Arc, Mutex};

use axum::http::{HeaderMap, HeaderValue};

use super::{
    FlashedMessage,
    message::{decode, encode, encoded_len},
};
use crate::cookie::SealedCookie;

/// How long a message waits to be shown, in seconds.
const LIFETIME: i64 = 600;

/// The cookie that messages travel in, and the line of it that was made last.
pub(crate) struct FlashCookie {
    pub(crate) cookie: SealedCookie,
    last: LastLine,
}

impl FlashCookie {
    pub(crate) fn new(cookie: SealedCookie) -> Self {
        Self {
            cookie,
            last: LastLine::default(),
        }
    }

    /// The messages that a request carries; none where they are not ours or have waited too long.
    pub(crate) fn read(
        &self,
        headers: &HeaderMap,
        now: i64,
        skew: i64,
    ) -> Vec<Arc<FlashedMessage>> {
        let envelope = self.cookie.get(headers, now, skew);
        let messages = envelope.and_then(|envelope| decode(envelope.body()));
        messages.into_iter().flatten().map(Arc::new).collect()
    }

    /// The line that keeps these messages for a later response.
    pub(super) fn line<'a>(
        &self,
        now: i64,
        messages: impl Iterator<Item = &'a Arc<FlashedMessage>> + Clone,
    ) -> Option<HeaderValue> {
        self.last.get_or(now, messages.clone(), || {
            let body = encode(messages);
            self.cookie
                .set(now, now.saturating_add(LIFETIME), Some(LIFETIME), &body)
                .ok()
        })
    }

    /// How long that line is.
    pub(super) fn line_len<'a>(
        &self,
        messages: impl Iterator<Item = &'a Arc<FlashedMessage>>,
    ) -> usize {
        self.cookie.line_len(encoded_len(messages), LIFETIME)
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
