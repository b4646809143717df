//! The two cookies that log in, and what they say.

use axum::http::{HeaderMap, HeaderValue};

use super::{
    TooLong, Values, VerifiedLogins,
    header::pairs,
    sealed::{SealedCookie, split_id},
};
use crate::{
    crypto::Envelope,
    login::{
        Limits, Login, LoginId,
        remember::{Claim, Secret},
    },
};

/// How a session cookie was earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earned {
    /// By the password, or whatever proves the user; only such a session is ever fresh.
    ByPassword,
    /// By the remember cookie.
    ByRemember,
}

/// Set beside the generation of a session that a remember cookie earned, which no generation reaches.
/// A byte more, and a session cookie would not be signed in one block.
const BY_REMEMBER: u64 = 1 << 63;

/// The login cookies of one manager.
pub(crate) struct LoginCookies {
    pub(crate) session: SealedCookie,
    pub(crate) remember: SealedCookie,
    pub(crate) persistent_session: bool,
}

/// What a verified session cookie says.
#[derive(Debug)]
pub(crate) struct SessionCookie {
    pub(crate) id: LoginId,
    pub(crate) generation: u64,
    pub(crate) earned: Earned,
    /// When the cookie left the server.
    pub(crate) issued_at: i64,
    pub(crate) carried: Vec<u8>,
}

/// What a verified remember cookie says.
pub(crate) struct RememberCookie {
    pub(crate) id: LoginId,
    pub(crate) claim: Claim,
    pub(crate) carried: Vec<u8>,
}

/// The values of a request's login cookies, as they came.
#[derive(Default)]
pub(crate) struct LoginValues<'a> {
    session: Values<'a>,
    remember: Values<'a>,
}

/// What the login cookies of a request say.
pub(crate) struct PresentedCookies {
    pub(crate) session: Option<SessionCookie>,
    pub(crate) remember: Option<RememberCookie>,
}

impl LoginCookies {
    /// The secret that a request's remember cookie has for a login.
    pub(crate) fn secret_of(
        &self,
        login: LoginId,
        headers: &HeaderMap,
        now: i64,
        skew: i64,
    ) -> Option<Secret> {
        let envelope = self.remember.get(headers, now, skew)?;
        let cookie = RememberCookie::parse(&envelope)?;
        (cookie.id == login).then_some(cookie.claim.secret)
    }

    /// What a request carries under the names of the login cookies, if anything.
    #[inline]
    pub(crate) fn find<'a>(&self, headers: &'a HeaderMap) -> Option<LoginValues<'a>> {
        let mut values = LoginValues::default();
        for pair in pairs(headers) {
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
        verified: &mut VerifiedLogins,
    ) -> PresentedCookies {
        let LoginValues { session, remember } = values;
        PresentedCookies {
            session: self.session.open_all(
                session,
                at,
                verified,
                SessionCookie::CARRIED_AT,
                SessionCookie::parse,
            ),
            remember: self.remember.open_all(
                remember,
                at,
                verified,
                RememberCookie::CARRIED_AT,
                RememberCookie::parse,
            ),
        }
    }

    /// The session cookie of a login, at its present generation.
    pub(crate) fn session_line(
        &self,
        login: &Login,
        earned: Earned,
        carried: &[u8],
        now: i64,
        limits: &Limits,
    ) -> Result<HeaderValue, TooLong> {
        let mut body = Vec::with_capacity(SessionCookie::CARRIED_AT + carried.len());
        body.extend_from_slice(login.id.as_bytes());
        let mark = match earned {
            Earned::ByPassword => 0,
            Earned::ByRemember => BY_REMEMBER,
        };
        body.extend_from_slice(&(login.generation | mark).to_be_bytes());
        body.extend_from_slice(carried);
        let expires_at = login.session_started_at.saturating_add(limits.absolute);
        let max_age = self.persistent_session.then_some(limits.absolute);
        self.session.set(now, expires_at, max_age, &body)
    }

    /// The remember cookie of a login; none for a login that is not remembered.
    pub(crate) fn remember_line(
        &self,
        login: &Login,
        secret: Option<&Secret>,
        carried: &[u8],
        now: i64,
    ) -> Result<Option<HeaderValue>, TooLong> {
        let (Some(remember), Some(secret)) = (&login.remember, secret) else {
            return Ok(None);
        };
        let mut body = Vec::with_capacity(RememberCookie::CARRIED_AT + carried.len());
        body.extend_from_slice(login.id.as_bytes());
        body.extend_from_slice(&login.generation.to_be_bytes());
        body.extend_from_slice(&secret.0);
        body.extend_from_slice(carried);
        let max_age = remember.expires_at.saturating_sub(now);
        self.remember
            .set(now, remember.expires_at, Some(max_age), &body)
            .map(Some)
    }
}

impl SessionCookie {
    /// After the id and the generation.
    const CARRIED_AT: usize = 16 + 8;

    fn parse(envelope: &Envelope) -> Option<Self> {
        let (id, rest) = split_id(envelope.body())?;
        let (marked, carried) = rest.split_first_chunk()?;
        let marked = u64::from_be_bytes(*marked);
        let earned = match marked & BY_REMEMBER {
            0 => Earned::ByPassword,
            _ => Earned::ByRemember,
        };
        Some(Self {
            id,
            generation: marked & !BY_REMEMBER,
            earned,
            issued_at: envelope.issued_at,
            carried: carried.to_vec(),
        })
    }
}

impl RememberCookie {
    /// After the id, the generation and the secret.
    const CARRIED_AT: usize = 16 + 8 + 32;

    fn parse(envelope: &Envelope) -> Option<Self> {
        let (id, rest) = split_id(envelope.body())?;
        let (generation, rest) = rest.split_first_chunk()?;
        let (secret, carried) = rest.split_first_chunk()?;
        Some(Self {
            id,
            claim: Claim {
                generation: u64::from_be_bytes(*generation),
                secret: Secret(*secret),
                issued_at: envelope.issued_at,
            },
            carried: carried.to_vec(),
        })
    }
}
