//! Remembering: what a remember cookie is good for, so that a copy gives itself away and nothing
//! else looks like one.
//!
//! A login has a *generation*, raised by restore and confirm. Both of its cookies say at which
//! generation they left the server, and those of one generation leave it once. `shown` is the
//! highest generation that a client has proved to hold. A remember cookie is then judged by its
//! generation alone:
//!
//! | generation | what it is | what is done |
//! |---|---|---|
//! | above the present one | the store was rolled back | refused alone |
//! | the present one | the browser comes back | a restore, which shows it; before it has settled, let in |
//! | from `shown` to the present one | an answer was lost, or is on its way | let in; an overlap after the last restore or confirm, a restore that is counted |
//! | below `shown`, in flight | a request was on its way while the cookies were replaced | let in |
//! | below `shown` | there are two who hold cookies | theft |
//!
//! *Let in* is for one request: nothing is set, written or fresh. Cookies have *settled* a minute
//! and the clock skew after they left the server. Before that a crash of the browser can still lose
//! them, and an answer that they have overtaken can still replace them by older ones; so what has
//! not settled shows nothing.
//!
//! What is older than `shown` is in flight for one overlap: `first` is the generation that was shown
//! first, at `first_at`, of those that were shown within an overlap of each other, and all below
//! `settled` was replaced longer ago. A later show never gives older cookies more time.
//!
//! A thief who never shows what he got could go on for as long as he keeps the owner from showing
//! anything. Each overlap of that is a counted restore, and after [`STRIKES`] in a row the login ends.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::{Limits, Login, Unknown, age};

/// Why a signed remember cookie was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RememberRefusal {
    /// It has expired.
    Expired,
    /// The login is not remembered.
    NotRemembered,
    /// It is ahead of the store, which must have been rolled back.
    AheadOfStore,
    /// Its secret is not the login's: it was forged with a key of yours, or the browser lost its
    /// cookie before a password entry that made a new one.
    WrongSecret,
}

/// How long a cookie has been out, beside the clock skew, until the browser has it for good, in
/// seconds.
const SETTLE: i64 = 60;

/// How many restores in a row may go without a show; one more ends the login.
pub(crate) const STRIKES: u64 = 5;

/// The secret of a remember cookie: 256 random bits, only ever in a cookie.
#[derive(Clone, Copy)]
pub(crate) struct Secret(pub(crate) [u8; 32]);

impl Secret {
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(crate) fn hash(&self) -> SecretHash {
        SecretHash::from_bytes(Sha256::digest(self.0).into())
    }
}

/// The hash (SHA-256) of a secret.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash with these bytes.
    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn is_of(&self, secret: &Secret) -> bool {
        self.0.ct_eq(&secret.hash().0).into()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

/// The part of a login that outlives the session: what "remember me" keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remember {
    /// The hash of the secret that every remember cookie of the login has.
    pub(crate) secret: SecretHash,
    /// When remembering ends, in seconds of UTC. It runs from the last password entry.
    pub(crate) expires_at: i64,
    /// The highest generation that a client has proved to hold.
    pub(crate) shown: u64,
    /// The generation that was shown first, of those shown within an overlap of each other.
    pub(crate) first: u64,
    /// When `first` was shown.
    pub(crate) first_at: i64,
    /// What is older was replaced more than an overlap before `first` was shown.
    pub(crate) settled: u64,
    /// How many restores in a row there were without a show.
    pub(crate) strikes: u64,
    /// When theft was noticed.
    pub(crate) ended_at: Option<i64>,
    /// What another release has written into this part.
    pub(crate) unknown: Unknown,
}

impl Remember {
    /// What is kept of a login that begins: its first generation needs no showing.
    pub(super) fn begun(secret: SecretHash, generation: u64, now: i64, expires_at: i64) -> Self {
        Self {
            secret,
            expires_at,
            shown: generation,
            first: generation,
            first_at: now,
            settled: generation,
            strikes: 0,
            ended_at: None,
            unknown: Unknown::default(),
        }
    }

    /// Notes that a client holds the cookies of a generation.
    pub(super) fn show(&mut self, generation: u64, overlap: i64, now: i64) {
        if generation <= self.shown {
            return;
        }
        let since = age(now, self.first_at);
        if since > overlap {
            self.settled = match since > overlap.saturating_mul(2) {
                true => self.shown,
                false => self.first,
            };
            (self.first, self.first_at) = (generation, now);
        }
        self.shown = generation;
    }

    /// Whether a generation below `shown` may have been on its way when it was replaced.
    fn is_in_flight(&self, generation: u64, overlap: i64, now: i64) -> bool {
        let limit = match generation < self.first {
            true => overlap,
            false => overlap.saturating_mul(2),
        };
        generation >= self.settled && age(now, self.first_at) <= limit
    }
}

/// Whether a cookie that left the server at a time has been out long enough to show anything.
#[inline]
pub(crate) fn is_settled(issued_at: i64, limits: &Limits, now: i64) -> bool {
    age(now, issued_at) >= limits.skew.saturating_add(SETTLE)
}

/// What a remember cookie says beside the login that it names.
pub(crate) struct Claim {
    pub(crate) generation: u64,
    pub(crate) secret: Secret,
    pub(crate) issued_at: i64,
}

/// How a login is restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restore {
    /// By the newest cookies, which shows them.
    Shown(u64),
    /// By older ones, as if an answer had been lost.
    Counted(u64),
    /// Without a server that could tell a copy.
    Plain,
}

/// What is to be done about a remember cookie whose signature is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Restore(Restore),
    /// It is good for this one request.
    LetIn,
    /// It counts for nothing, and nothing else is touched.
    Refused(RememberRefusal),
    /// It was restored too often without a show: this login ends.
    Unshown,
    /// There are two who hold cookies: every login of the user ends.
    Theft,
}

/// Judges a remember cookie by the record of its login; `revocable` is whether there is a record
/// that no cookie carries.
pub(crate) fn judge(
    login: &Login,
    claim: &Claim,
    revocable: bool,
    limits: &Limits,
    now: i64,
) -> Verdict {
    let Some(remember) = &login.remember else {
        return Verdict::Refused(RememberRefusal::NotRemembered);
    };
    if now >= remember.expires_at {
        return Verdict::Refused(RememberRefusal::Expired);
    }
    if !remember.secret.is_of(&claim.secret) {
        return Verdict::Refused(RememberRefusal::WrongSecret);
    }
    let (generation, overlap) = (claim.generation, limits.overlap);
    if generation > login.generation {
        return Verdict::Refused(RememberRefusal::AheadOfStore);
    }
    if !revocable {
        return Verdict::Restore(Restore::Plain);
    }
    if generation == login.generation {
        let is_news = remember.shown < generation;
        return match is_news && !is_settled(claim.issued_at, limits, now) {
            true => Verdict::LetIn,
            false => Verdict::Restore(Restore::Shown(generation)),
        };
    }
    if generation >= remember.shown {
        return match age(now, login.session_started_at) <= overlap {
            true => Verdict::LetIn,
            false if remember.strikes >= STRIKES => Verdict::Unshown,
            false => Verdict::Restore(Restore::Counted(generation)),
        };
    }
    match remember.is_in_flight(generation, overlap, now) {
        true => Verdict::LetIn,
        false => Verdict::Theft,
    }
}

#[cfg(test)]
mod tests;
