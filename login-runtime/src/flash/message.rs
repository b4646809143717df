//! A message, and how several of them are written into a cookie.

use std::sync::Arc;

/// A message and its category.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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

pub(super) fn encoded_len<'a>(messages: impl Iterator<Item = &'a Arc<FlashedMessage>>) -> usize {
    let texts = messages.map(|it| 4 + it.category.len() + it.text.len());
    texts.sum()
}

pub(super) fn encode<'a>(
    messages: impl Iterator<Item = &'a Arc<FlashedMessage>> + Clone,
) -> Vec<u8> {
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

pub(super) fn decode(mut body: &[u8]) -> Option<Vec<FlashedMessage>> {
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
}
