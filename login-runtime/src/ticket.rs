//! The four cookies of a manager, and what the two that log in say.

use axum::http::{HeaderMap, HeaderValue};

use crate::{
    cookie::{self, CookieOptions, CookieSpec, TooLong, Values},
    error::BuildError,
    flash::LastLine,
    limits::Limits,
    login::{Login, LoginId, LoginIds},
    remember::Token,
    seal::{Envelope, Seal},
    secret_key::SecretKey,
};

/// A cookie's name and attributes, and the seal of its values.
pub(crate) struct SealedCookie {
    pub(crate) spec: CookieSpec,
    seal: Seal,
}

impl SealedCookie {
    pub(crate) fn new(
        keys: &[SecretKey],
        realm: &str,
        purpose: &str,
        options: &CookieOptions,
        plain_http: bool,
    ) -> Result<Self, BuildError> {
        let spec = CookieSpec::new(&format!("{realm}_{purpose}"), options, plain_http)?;
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

    /// Notes the record of every value with a right signature, and reads the one that counts.
    #[inline]
    fn open_all<T>(
        &self,
        values: &Values<'_>,
        (now, skew): (i64, i64),
        verified: &mut LoginIds,
        read: fn(&[u8]) -> Option<T>,
    ) -> Option<T> {
        let mut counts = None;
        for value in values.iter() {
            let Some(envelope) = self.seal.open(value) else {
                continue;
            };
            let body = envelope.body();
            if let Some((id, _)) = split_id(body) {
                verified.note(id);
            }
            if values.single().is_some() && envelope.is_current(now, skew) {
                counts = read(body);
            }
        }
        counts
    }
}

/// The cookies of one manager.
pub(crate) struct LoginCookies {
    pub(crate) session: SealedCookie,
    pub(crate) remember: SealedCookie,
    pub(crate) flash: SealedCookie,
    pub(crate) last_flash: LastLine,
    pub(crate) next: SealedCookie,
    pub(crate) persistent_session: bool,
}

/// What a verified session cookie says.
#[derive(Debug)]
pub(crate) struct SessionTicket {
    pub(crate) id: LoginId,
    pub(crate) generation: u64,
    pub(crate) carried: Vec<u8>,
}

/// What a verified remember cookie says.
pub(crate) struct RememberTicket {
    pub(crate) id: LoginId,
    pub(crate) counter: u64,
    pub(crate) token: Token,
    pub(crate) carried: Vec<u8>,
}

/// The values of a request's login cookies, as they came.
#[derive(Default)]
pub(crate) struct LoginValues<'a> {
    session: Values<'a>,
    remember: Values<'a>,
}

/// What the login cookies of a request say.
pub(crate) struct Presented {
    pub(crate) session: Option<SessionTicket>,
    pub(crate) remember: Option<RememberTicket>,
}

impl LoginCookies {
    /// What a request carries under the names of the login cookies, if anything.
    #[inline]
    pub(crate) fn find<'a>(&self, headers: &'a HeaderMap) -> Option<LoginValues<'a>> {
        let mut values = LoginValues::default();
        for pair in cookie::pairs(headers) {
            values.session.note(&self.session.spec, pair);
            values.remember.note(&self.remember.spec, pair);
        }
        let is_empty = values.session.is_empty() && values.remember.is_empty();
        (!is_empty).then_some(values)
    }

    /// What those values say at `(now, skew)`; every record that one with a right signature names is
    /// noted.
    #[inline]
    pub(crate) fn open(
        &self,
        values: &LoginValues<'_>,
        at: (i64, i64),
        verified: &mut LoginIds,
    ) -> Presented {
        let LoginValues { session, remember } = values;
        Presented {
            session: self
                .session
                .open_all(session, at, verified, SessionTicket::parse),
            remember: self
                .remember
                .open_all(remember, at, verified, RememberTicket::parse),
        }
    }

    /// The session cookie of a login, at its present generation.
    pub(crate) fn session_line(
        &self,
        login: &Login,
        carried: &[u8],
        now: i64,
        limits: &Limits,
    ) -> Result<HeaderValue, TooLong> {
        let mut body = Vec::with_capacity(24 + carried.len());
        body.extend_from_slice(login.id.as_bytes());
        body.extend_from_slice(&login.generation.to_be_bytes());
        body.extend_from_slice(carried);
        let expires_at = login.session_started_at.saturating_add(limits.absolute);
        let max_age = self.persistent_session.then_some(limits.absolute);
        self.session.set(now, expires_at, max_age, &body)
    }

    /// The remember cookie of a login, or the removal of it for a login that is not remembered.
    pub(crate) fn remember_line(
        &self,
        login: &Login,
        token: Option<&Token>,
        carried: &[u8],
        now: i64,
    ) -> Result<Option<HeaderValue>, TooLong> {
        let (Some(remember), Some(token)) = (&login.remember, token) else {
            return Ok(self.remember.spec.remove());
        };
        let mut body = Vec::with_capacity(56 + carried.len());
        body.extend_from_slice(login.id.as_bytes());
        body.extend_from_slice(&remember.counter.to_be_bytes());
        body.extend_from_slice(&token.0);
        body.extend_from_slice(carried);
        let max_age = remember.expires_at.saturating_sub(now);
        self.remember
            .set(now, remember.expires_at, Some(max_age), &body)
            .map(Some)
    }
}

impl SessionTicket {
    fn parse(body: &[u8]) -> Option<Self> {
        let (id, rest) = split_id(body)?;
        let (generation, carried) = rest.split_first_chunk()?;
        let generation = u64::from_be_bytes(*generation);
        Some(Self {
            id,
            generation,
            carried: carried.to_vec(),
        })
    }
}

impl RememberTicket {
    fn parse(body: &[u8]) -> Option<Self> {
        let (id, rest) = split_id(body)?;
        let (counter, rest) = rest.split_first_chunk()?;
        let (token, carried) = rest.split_first_chunk()?;
        Some(Self {
            id,
            counter: u64::from_be_bytes(*counter),
            token: Token(*token),
            carried: carried.to_vec(),
        })
    }
}

fn split_id(body: &[u8]) -> Option<(LoginId, &[u8])> {
    let (id, rest) = body.split_first_chunk()?;
    Some((LoginId::from_bytes(*id), rest))
}
