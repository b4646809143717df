//! A cookie whose values are signed.

use axum::http::{HeaderMap, HeaderValue};

use super::{CookieOptions, CookieSpec, TooLong, Values, VerifiedLogins};
use crate::{
    build_error::BuildError,
    crypto::{Envelope, Seal, SecretKey},
    login::LoginId,
};

/// A cookie's name and attributes, and the seal of its values.
pub(crate) struct SealedCookie {
    pub(crate) spec: CookieSpec,
    seal: Seal,
}

impl SealedCookie {
    /// The cookie of this purpose, called after the manager's `name` and sealed for its `realm`.
    pub(crate) fn new(
        keys: &[SecretKey],
        (name, realm): (&str, &str),
        purpose: &str,
        options: &CookieOptions,
        plain_http: bool,
    ) -> Result<Self, BuildError> {
        let spec = CookieSpec::new(&format!("{name}_{purpose}"), options, plain_http)?;
        let seal = Seal::new(keys, purpose, realm, &spec.name);
        Ok(Self { spec, seal })
    }

    /// The `Set-Cookie` line for a body that counts from `now` to `expires_at`.
    pub(crate) fn set(
        &self,
        now: i64,
        expires_at: i64,
        max_age: Option<i64>,
        body: &[u8],
    ) -> Result<HeaderValue, TooLong> {
        self.spec
            .set(&self.seal.seal(now, expires_at, body), max_age)
    }

    /// How long the line of [`set`](Self::set) is for a body of so many bytes.
    pub(crate) fn line_len(&self, body: usize, max_age: i64) -> usize {
        self.spec.line_len(Seal::sealed_len(body), max_age)
    }

    /// What the request carries, if it is one value, ours, and current.
    pub(crate) fn get(&self, headers: &HeaderMap, now: i64, skew: i64) -> Option<Envelope> {
        let envelope = self.seal.open(self.spec.values(headers).single()?)?;
        envelope.is_current(now, skew).then_some(envelope)
    }

    pub(crate) fn is_sent_by(&self, headers: &HeaderMap) -> bool {
        !self.spec.values(headers).is_empty()
    }

    /// Notes the record of every value with a right signature, and reads the one that counts. What
    /// the store carries begins at a fixed place of each.
    #[inline]
    pub(super) fn open_all<T>(
        &self,
        values: &Values<'_>,
        (now, skew): (i64, i64),
        verified: &mut VerifiedLogins,
        carried_at: usize,
        read: fn(&[u8]) -> Option<T>,
    ) -> Option<T> {
        let mut counts = None;
        for value in values.iter() {
            let Some(envelope) = self.seal.open(value) else {
                continue;
            };
            let body = envelope.body();
            if let Some((id, _)) = split_id(body) {
                verified.note(id, body.get(carried_at..).unwrap_or_default());
            }
            if values.single().is_some() && envelope.is_current(now, skew) {
                counts = read(body);
            }
        }
        counts
    }
}

pub(super) fn split_id(body: &[u8]) -> Option<(LoginId, &[u8])> {
    let (id, rest) = body.split_first_chunk()?;
    Some((LoginId::from_bytes(*id), rest))
}
