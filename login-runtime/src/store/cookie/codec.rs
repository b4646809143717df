//! A login in as few bytes as it takes.
//!
//! ```text
//! format 1:  1  flags  id  realm  user_id  generation  version  created_at
//!            authenticated_at  session_started_at  last_seen_at  expires_at
//!            [fresh_since]  [identifier]  [auth_hash]
//!            [token  counter  rotated_at  expires_at  [previous token  previous counter]]
//! ```
//!
//! Numbers are little-endian base 128, the high bit saying that more follows; times after the
//! first are differences from `created_at`, their sign in the lowest bit; texts have their length
//! in front; ids and digests are their bytes. `user_agent` and `address` are left out.

use std::sync::Arc;

use crate::{
    crypto::Digest,
    login::{Login, LoginId, PreviousToken, Remember, TokenHash},
};

const FORMAT: u8 = 1;

const FRESH: u8 = 1;
const IDENTIFIER: u8 = 1 << 1;
const AUTH_HASH: u8 = 1 << 2;
const FORCED: u8 = 1 << 3;
const REMEMBER: u8 = 1 << 4;
const ACKNOWLEDGED: u8 = 1 << 5;
const PREVIOUS: u8 = 1 << 6;
const UNKNOWN: u8 = 1 << 7;

pub(super) fn encode(login: &Login) -> Vec<u8> {
    let remember = login.remember.as_ref();
    let previous = remember.and_then(|remember| remember.previous);
    let flags = [
        (FRESH, login.fresh_since.is_some()),
        (IDENTIFIER, login.identifier.is_some()),
        (AUTH_HASH, login.auth_hash.is_some()),
        (FORCED, login.forced),
        (REMEMBER, remember.is_some()),
        (
            ACKNOWLEDGED,
            remember.is_some_and(|remember| remember.acknowledged),
        ),
        (PREVIOUS, previous.is_some()),
    ];
    let flags = flags
        .iter()
        .filter(|(_, set)| *set)
        .fold(0, |all, (flag, _)| all | flag);

    let mut out = Writer(Vec::with_capacity(256));
    out.bytes(&[FORMAT, flags]);
    out.bytes(login.id.as_bytes());
    out.text(&login.realm);
    out.text(&login.user_id);
    out.number(login.generation);
    out.number(login.version);
    out.time(login.created_at, 0);
    let origin = login.created_at;
    out.time(login.authenticated_at, origin);
    out.time(login.session_started_at, origin);
    out.time(login.last_seen_at, origin);
    out.time(login.expires_at, origin);
    if let Some(since) = login.fresh_since {
        out.time(since, origin);
    }
    for digest in [login.identifier, login.auth_hash].iter().flatten() {
        out.bytes(digest.as_bytes());
    }
    if let Some(remember) = remember {
        out.bytes(remember.token.as_bytes());
        out.number(remember.counter);
        out.time(remember.rotated_at, origin);
        out.time(remember.expires_at, origin);
    }
    if let Some(previous) = previous {
        out.bytes(previous.token.as_bytes());
        out.number(previous.counter);
    }
    out.0
}

/// The login in `bytes`, if they are one whole login of `realm` and nothing else.
pub(super) fn decode(bytes: &[u8], realm: &Arc<str>) -> Option<Login> {
    let mut from = Reader(bytes);
    let [format, flags] = from.array()?;
    if format != FORMAT || flags & UNKNOWN != 0 {
        return None;
    }
    let has = |flag: u8| flags & flag != 0;
    if !has(REMEMBER) && (has(ACKNOWLEDGED) || has(PREVIOUS)) {
        return None;
    }

    let id = LoginId::from_bytes(from.array()?);
    if from.text()? != &**realm {
        return None;
    }
    let user_id = from.text()?.into();
    let generation = from.number()?;
    let version = from.number()?;
    let origin = from.time(0)?;
    let authenticated_at = from.time(origin)?;
    let session_started_at = from.time(origin)?;
    let last_seen_at = from.time(origin)?;
    let expires_at = from.time(origin)?;
    let fresh_since = if has(FRESH) {
        Some(from.time(origin)?)
    } else {
        None
    };
    let identifier = if has(IDENTIFIER) {
        Some(Digest::from_bytes(from.array()?))
    } else {
        None
    };
    let auth_hash = if has(AUTH_HASH) {
        Some(Digest::from_bytes(from.array()?))
    } else {
        None
    };
    let mut remember = None;
    if has(REMEMBER) {
        remember = Some(Box::new(Remember {
            token: TokenHash::from_bytes(from.array()?),
            counter: from.number()?,
            rotated_at: from.time(origin)?,
            expires_at: from.time(origin)?,
            acknowledged: has(ACKNOWLEDGED),
            previous: if has(PREVIOUS) {
                Some(PreviousToken {
                    token: TokenHash::from_bytes(from.array()?),
                    counter: from.number()?,
                })
            } else {
                None
            },
        }));
    }
    from.0.is_empty().then(|| Login {
        id,
        realm: Arc::clone(realm),
        user_id,
        generation,
        version,
        created_at: origin,
        authenticated_at,
        session_started_at,
        last_seen_at,
        fresh_since,
        identifier,
        auth_hash,
        forced: has(FORCED),
        remember,
        user_agent: None,
        address: None,
        expires_at,
    })
}

struct Writer(Vec<u8>);

impl Writer {
    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    fn time(&mut self, time: i64, origin: i64) {
        // Wrapping, so that there is no pair of times that cannot be written.
        let difference = time.wrapping_sub(origin);
        self.number(((difference << 1) ^ (difference >> 63)).cast_unsigned());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*array)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn time(&mut self, origin: i64) -> Option<i64> {
        let number = self.number()?;
        let difference = (number >> 1).cast_signed() ^ -(number & 1).cast_signed();
        Some(origin.wrapping_add(difference))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        str::from_utf8(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> Login {
        Login {
            id: LoginId::from_bytes([7; 16]),
            realm: "login".into(),
            user_id: "4711".into(),
            generation: 3,
            version: 12,
            created_at: 1_800_000_000,
            authenticated_at: 1_800_000_000,
            session_started_at: 1_800_000_100,
            last_seen_at: 1_800_000_400,
            fresh_since: Some(1_800_000_000),
            identifier: Some(Digest::from_bytes([1; 32])),
            auth_hash: Some(Digest::from_bytes([2; 32])),
            forced: true,
            remember: Some(Box::new(Remember {
                token: TokenHash::from_bytes([3; 32]),
                counter: 5,
                previous: Some(PreviousToken {
                    token: TokenHash::from_bytes([4; 32]),
                    counter: 4,
                }),
                rotated_at: 1_800_000_050,
                acknowledged: true,
                expires_at: 1_802_592_000,
            })),
            user_agent: None,
            address: None,
            expires_at: 1_802_592_000,
        }
    }

    #[test]
    fn a_login_takes_few_bytes() {
        assert_eq!(encode(&login()).len(), 181);
        assert_eq!(
            encode(&Login {
                remember: None,
                ..login()
            })
            .len(),
            110
        );
    }

    #[test]
    fn what_was_written_is_read() {
        let login = login();
        assert_eq!(decode(&encode(&login), &login.realm), Some(login));
    }

    #[test]
    fn every_extreme_is_read() {
        for time in [i64::MIN, -1, 0, 1, i64::MAX] {
            for origin in [i64::MIN, -1, 0, i64::MAX] {
                let login = Login {
                    created_at: origin,
                    last_seen_at: time,
                    fresh_since: Some(time),
                    version: u64::MAX,
                    remember: None,
                    ..login()
                };
                assert_eq!(decode(&encode(&login), &login.realm), Some(login));
            }
        }
    }

    #[test]
    fn nothing_but_a_whole_login_is_read() {
        let login = login();
        let good = encode(&login);
        for end in 0..good.len() {
            assert_eq!(
                decode(&good[..end], &login.realm),
                None,
                "cut to {end} bytes"
            );
        }
        let more = [&good[..], &[0]].concat();
        assert_eq!(decode(&more, &login.realm), None, "one byte more");
        assert_eq!(decode(&good, &"admin".into()), None, "another realm");
        let later = [&[FORMAT + 1], &good[1..]].concat();
        assert_eq!(decode(&later, &login.realm), None, "a later format");
    }

    #[test]
    fn no_garbage_panics() {
        let login = login();
        let good = encode(&login);
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                // Another value may well be one that reads; it is the signature that notices.
                let _ = decode(&bad, &login.realm);
            }
        }
        for byte in 0..=u8::MAX {
            for length in 0..300 {
                let _ = decode(&vec![byte; length], &login.realm);
                let _ = decode(&[&[FORMAT][..], &vec![byte; length]].concat(), &login.realm);
            }
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_refused() {
        assert_eq!(Reader(&[0xff; 9]).number(), None);
        let largest = [&[0xff; 9][..], &[1]].concat();
        assert_eq!(Reader(&largest).number(), Some(u64::MAX));
        let too_large = [&[0xff; 9][..], &[2]].concat();
        assert_eq!(Reader(&too_large).number(), None);
        assert_eq!(Reader(&[0xff; 11]).number(), None);
    }
}
