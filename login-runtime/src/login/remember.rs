//! Remember tokens: a series that rotates, so that a copy gives itself away.
//!
//! Every restore replaces the token. Two clients that hold the same cookie therefore drift apart,
//! and the one that comes second shows a token that has been replaced: theft. Two things
//! look the same and are not: requests that were on their way while the token changed (the
//! grace period covers them), and an answer that never arrived (the new token stays
//! unacknowledged until a session cookie that came with it is seen).

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use super::{Unknown, age};

/// A remember token: 256 random bits, only ever in a cookie.
#[derive(Clone, Copy)]
pub(crate) struct Token(pub(crate) [u8; 32]);

impl Token {
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::from_bytes(Sha256::digest(self.0).into())
    }
}

/// The hash (SHA-256) of a remember token; the token itself is only ever in a cookie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash with these bytes.
    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// The part of a login that outlives the session: what "remember me" keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remember {
    /// The hash of the token handed out last.
    pub(crate) token: TokenHash,
    /// How many tokens were handed out before `token`.
    pub(crate) counter: u64,
    /// The token that `token` replaced, until it no longer matters.
    pub(crate) previous: Option<PreviousToken>,
    /// When `token` was handed out, in seconds of UTC.
    pub(crate) rotated_at: i64,
    /// Whether the client has shown that `token`'s cookie reached it.
    pub(crate) acknowledged: bool,
    /// When remembering ends, in seconds of UTC. It runs from the last password entry.
    pub(crate) expires_at: i64,
    /// What another release has written into this part.
    pub(crate) unknown: Unknown,
}

/// A remember token that has been replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PreviousToken {
    /// The hash of the token.
    pub(crate) token: TokenHash,
    /// Its place in the series.
    pub(crate) counter: u64,
}

/// What is to be done about a remember cookie whose signature is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It authenticates this one request; nothing is written.
    Grace,
    /// It is replaced: `previous` is what the next token follows.
    Rotate { previous: PreviousToken },
    /// Its time is over.
    Expired,
    /// It has been replaced, and the client knew: there are two of them.
    Theft,
    /// The store knows less than the cookie.
    AheadOfStore,
}

/// Judges a token by the record of its series.
pub(crate) fn judge(
    remember: &Remember,
    token: &Token,
    counter: u64,
    now: i64,
    grace: i64,
) -> Verdict {
    if now >= remember.expires_at {
        return Verdict::Expired;
    }
    let hash = token.hash();
    let is = |known: &TokenHash| bool::from(known.as_bytes().ct_eq(hash.as_bytes()));
    let in_grace = age(now, remember.rotated_at) <= grace;
    if counter == remember.counter && is(&remember.token) {
        return match in_grace {
            true => Verdict::Grace,
            false => Verdict::Rotate {
                previous: PreviousToken {
                    token: hash,
                    counter,
                },
            },
        };
    }
    if counter >= remember.counter {
        return Verdict::AheadOfStore;
    }
    match remember.previous {
        Some(previous) if previous.counter == counter && is(&previous.token) => {
            match (in_grace, remember.acknowledged) {
                (true, _) => Verdict::Grace,
                (false, false) => Verdict::Rotate { previous },
                (false, true) => Verdict::Theft,
            }
        }
        _ => Verdict::Theft,
    }
}

/// Where in its series a token stands.
#[derive(Clone, Copy)]
pub(super) enum Place<'a> {
    /// The series begins with it.
    First,
    /// It is the next one, and follows the token that the client showed.
    After(&'a Remember, PreviousToken),
    /// It takes the place of the one there is.
    Of(&'a Remember),
}

/// The record's remembered part once a token is handed out.
pub(super) fn handed_out(token: &Token, place: Place<'_>, now: i64, expires_at: i64) -> Remember {
    let (counter, previous, rotated_at, acknowledged) = match place {
        Place::First => (0, None, now, true),
        Place::After(last, previous) => {
            (last.counter.saturating_add(1), Some(previous), now, false)
        }
        Place::Of(it) => (it.counter, it.previous, it.rotated_at, it.acknowledged),
    };
    let unknown = match place {
        Place::First => Unknown::default(),
        Place::After(it, _) | Place::Of(it) => it.unknown.clone(),
    };
    Remember {
        token: token.hash(),
        counter,
        previous,
        rotated_at,
        acknowledged,
        expires_at,
        unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series() -> (Remember, Token, Token) {
        let (old, new) = (Token([1; 32]), Token([2; 32]));
        let remember = Remember {
            token: new.hash(),
            counter: 1,
            previous: Some(PreviousToken {
                token: old.hash(),
                counter: 0,
            }),
            rotated_at: 1000,
            acknowledged: false,
            expires_at: 9000,
            unknown: Unknown::default(),
        };
        (remember, old, new)
    }

    #[test]
    fn within_grace_both_tokens_count_and_nothing_is_written() {
        let (remember, old, new) = series();
        for now in [0, 1000, 1060] {
            assert_eq!(judge(&remember, &old, 0, now, 60), Verdict::Grace);
            assert_eq!(judge(&remember, &new, 1, now, 60), Verdict::Grace);
        }
    }

    #[test]
    fn after_grace_the_current_token_rotates() {
        let (remember, _, new) = series();
        let previous = PreviousToken {
            token: new.hash(),
            counter: 1,
        };
        assert_eq!(
            judge(&remember, &new, 1, 1061, 60),
            Verdict::Rotate { previous }
        );
        let place = Place::After(&remember, previous);
        let next = handed_out(&Token([3; 32]), place, 1061, remember.expires_at);
        assert_eq!(
            (next.counter, next.acknowledged, next.expires_at),
            (2, false, 9000)
        );
    }

    #[test]
    fn a_replaced_token_is_theft_unless_the_answer_was_lost() {
        let (mut remember, old, _) = series();
        let previous = remember.previous.unwrap();
        assert_eq!(
            judge(&remember, &old, 0, 1061, 60),
            Verdict::Rotate { previous }
        );
        remember.acknowledged = true;
        assert_eq!(judge(&remember, &old, 0, 1061, 60), Verdict::Theft);
        remember.counter = 5;
        assert_eq!(
            judge(&remember, &Token([9; 32]), 3, 1000, 60),
            Verdict::Theft
        );
    }

    #[test]
    fn a_counter_from_the_future_is_refused_alone() {
        let (remember, _, new) = series();
        assert_eq!(judge(&remember, &new, 2, 1000, 60), Verdict::AheadOfStore);
        assert_eq!(
            judge(&remember, &Token([9; 32]), 1, 1000, 60),
            Verdict::AheadOfStore
        );
    }

    #[test]
    fn remembering_ends_to_the_second() {
        let (remember, _, new) = series();
        assert_ne!(judge(&remember, &new, 1, 8999, 60), Verdict::Expired);
        assert_eq!(judge(&remember, &new, 1, 9000, 60), Verdict::Expired);
    }
}
