//! The cookie that messages travel in.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue};

use super::{
    FlashedMessage,
    message::{decode, encode, encoded_len},
};
use crate::cookie::SealedCookie;

/// How long a message waits to be shown, in seconds.
const LIFETIME: i64 = 600;

/// The cookie that messages travel in.
pub(crate) struct FlashCookie(pub(crate) SealedCookie);

impl FlashCookie {
    /// The messages that a request carries; none where they are not ours or have waited too long.
    pub(crate) fn read(
        &self,
        headers: &HeaderMap,
        now: i64,
        skew: i64,
    ) -> Vec<Arc<FlashedMessage>> {
        let envelope = self.0.get(headers, now, skew);
        let messages = envelope.and_then(|envelope| decode(envelope.body()));
        messages.into_iter().flatten().map(Arc::new).collect()
    }

    /// The line that keeps these messages for a later response.
    pub(super) fn line<'a>(
        &self,
        now: i64,
        messages: impl Iterator<Item = &'a Arc<FlashedMessage>> + Clone,
    ) -> Option<HeaderValue> {
        let expires_at = now.saturating_add(LIFETIME);
        self.0
            .set(now, expires_at, Some(LIFETIME), &encode(messages))
            .ok()
    }

    /// How long that line is.
    pub(super) fn line_len<'a>(
        &self,
        messages: impl Iterator<Item = &'a Arc<FlashedMessage>>,
    ) -> usize {
        self.0.line_len(encoded_len(messages), LIFETIME)
    }
}
