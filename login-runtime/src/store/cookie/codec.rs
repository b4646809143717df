//! A login in as few bytes as it takes.
//!
//! ```text
//! format 1:  1  id  realm  user_id  version  created_at  last_seen_at  expires_at  payload
//! ```
//!
//! Numbers, times and texts are written as in [`Writer`]; the times after the first are differences
//! from it. The payload goes to the end; `user_agent` and `address` are left out of it.

use std::sync::Arc;

use crate::login::{Login, LoginId, LoginParts, Reader, Writer};

const FORMAT: u8 = 1;

pub(super) fn encode(login: &Login) -> Vec<u8> {
    let shown_to_nobody = Login {
        user_agent: None,
        address: None,
        ..login.clone()
    };
    let mut out = Writer(Vec::with_capacity(256));
    out.bytes(&[FORMAT]);
    out.bytes(login.id.as_bytes());
    out.block(login.realm.as_bytes());
    out.block(login.user_id.as_bytes());
    out.number(login.version);
    out.time(login.created_at, 0);
    out.time(login.last_seen_at, login.created_at);
    out.time(login.expires_at, login.created_at);
    out.bytes(&shown_to_nobody.payload());
    out.0
}

/// The login in `bytes`, if they are one whole login of `realm` and nothing else.
pub(super) fn decode(bytes: &[u8], realm: &Arc<str>) -> Option<Login> {
    let mut from = Reader(bytes);
    if from.array()? != [FORMAT] {
        return None;
    }
    let id = LoginId::from_bytes(from.array()?);
    if from.text()? != &**realm {
        return None;
    }
    let user_id = from.text()?;
    let version = from.number()?;
    let created_at = from.time(0)?;
    let last_seen_at = from.time(created_at)?;
    let expires_at = from.time(created_at)?;
    let parts = LoginParts {
        realm,
        id,
        user_id,
        version,
        created_at: created_at.into(),
        last_seen_at: last_seen_at.into(),
        expires_at: expires_at.into(),
        payload: from.0,
    };
    Login::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crypto::Digest,
        login::{PreviousToken, Remember, Unknown, remember::TokenHash},
    };

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
                unknown: Unknown::default(),
            })),
            user_agent: None,
            address: None,
            expires_at: 1_802_592_000,
            unknown: Unknown::default(),
        }
    }

    #[test]
    fn a_login_takes_few_bytes() {
        assert_eq!(encode(&login()).len(), 198);
        assert_eq!(
            encode(&Login {
                remember: None,
                ..login()
            })
            .len(),
            117
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
}
