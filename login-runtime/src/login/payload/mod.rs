//! What a record says beside the seven fields that stores interpret, as bytes.
//!
//! ```text
//! payload:  1  fields  0
//! field:    number << 2 | kind  value
//! kind 0:   a number, or a time as its difference from when the record was made
//! kind 1:   32 bytes
//! kind 2:   a length and so many bytes: a text, an address, or a part with fields of its own
//! ```
//!
//! Numbers and times are written as in [`bytes`](super::bytes). A field that says nothing (0, `false`,
//! `None`, the time at which the record was made) is left out.
//!
//! Records outlive releases, and two releases write the same one while a fleet is upgraded. So a
//! field that a release does not know is kept as it came and written again. A new field is a line in
//! one of the two tables below. The number of a field and what it means never change, and the number
//! of a field that is gone is not given to another. The bytes that earlier releases wrote are
//! recorded in the tests.

mod field;

use std::{fmt, sync::Arc};

use self::field::{Entry, Field as _};
use super::{Login, LoginParts, Reader, Remember, Writer};

/// Raised only when a release that does not know the new format could do harm.
const FORMAT: u8 = 1;

/// The key after the last field; a payload that was cut does not have it.
const END: u64 = 0;

/// Writes the fields of a record or a part of one, each under its number, and reads them.
macro_rules! fields {
    ($record:ident: $($number:literal $field:ident,)*) => {
        impl Fields for $record {
            fn write_all(&self, origin: i64, to: &mut Writer) {
                $(self.$field.write($number, origin, to);)*
                to.bytes(self.unknown.bytes());
            }

            fn read_one(&mut self, entry: Entry<'_>, origin: i64) -> Option<()> {
                match entry.number {
                    $($number => self.$field.read(entry.value, origin),)*
                    _ => {
                        self.unknown.keep(entry.raw);
                        Some(())
                    }
                }
            }
        }
    };
}

fields! { Login:
    1 generation,
    2 authenticated_at,
    3 session_started_at,
    4 fresh_since,
    5 identifier,
    6 auth_hash,
    7 forced,
    8 remember,
    9 user_agent,
    10 address,
}

fields! { Remember:
    1 token,
    2 counter,
    3 previous,
    4 rotated_at,
    5 acknowledged,
    6 expires_at,
}

pub(super) fn write(login: &Login) -> Vec<u8> {
    let mut to = Writer(Vec::with_capacity(320));
    to.bytes(&[FORMAT]);
    login.write_all(login.created_at, &mut to);
    to.number(END);
    to.0
}

/// The login of these parts, if their payload is a whole one and nothing else.
pub(super) fn read(parts: LoginParts<'_>) -> Option<Login> {
    let created_at = parts.created_at.as_secs();
    let mut login = Login {
        id: parts.id,
        realm: Arc::clone(parts.realm),
        user_id: parts.user_id.into(),
        generation: 0,
        version: parts.version,
        created_at,
        authenticated_at: created_at,
        session_started_at: created_at,
        last_seen_at: parts.last_seen_at.as_secs(),
        fresh_since: None,
        identifier: None,
        auth_hash: None,
        forced: false,
        remember: None,
        user_agent: None,
        address: None,
        expires_at: parts.expires_at.as_secs(),
        unknown: Unknown::default(),
    };
    let mut from = Reader(parts.payload);
    if from.array()? != [FORMAT] {
        return None;
    }
    loop {
        let mut peek = from;
        if peek.number()? == END {
            return peek.0.is_empty().then_some(login);
        }
        login.read_one(Entry::read(&mut from)?, created_at)?;
    }
}

/// A record, or a part of one, that consists of fields. `origin` is when the record was made.
trait Fields {
    fn write_all(&self, origin: i64, to: &mut Writer);
    fn read_one(&mut self, entry: Entry<'_>, origin: i64) -> Option<()>;
}

/// Fields that another release has written, as they came.
///
/// Hardly a record has any, so they take the room of one pointer.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Unknown(
    #[expect(
        clippy::box_collection,
        reason = "a third of its size, in every record"
    )]
    Option<Box<Vec<u8>>>,
);

impl Unknown {
    fn bytes(&self) -> &[u8] {
        self.0.as_ref().map_or(&[], |kept| kept.as_slice())
    }

    pub(super) fn keep(&mut self, field: &[u8]) {
        self.0.get_or_insert_default().extend_from_slice(field);
    }
}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        crypto::Digest,
        login::{LoginId, PreviousToken, remember::TokenHash},
    };

    fn bare() -> Login {
        Login {
            id: LoginId::from_bytes([7; 16]),
            realm: "login".into(),
            user_id: "4711".into(),
            generation: 0,
            version: 12,
            created_at: 1_800_000_000,
            authenticated_at: 1_800_000_000,
            session_started_at: 1_800_000_000,
            last_seen_at: 1_800_000_400,
            fresh_since: None,
            identifier: None,
            auth_hash: None,
            forced: false,
            remember: None,
            user_agent: None,
            address: None,
            expires_at: 1_802_592_000,
            unknown: Unknown::default(),
        }
    }

    fn full() -> Login {
        Login {
            generation: 300,
            authenticated_at: 1_800_000_001,
            session_started_at: 1_799_999_998,
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
            user_agent: Some("curl/8".into()),
            address: Some([192, 0, 2, 7].into()),
            ..bare()
        }
    }

    /// [`full`] as the first release wrote it, in hexadecimal digits.
    const FULL: &[&str] = &[
        "01",
        "04 ac02",
        "08 02",
        "0c 03",
        "10 00",
        "15 0101010101010101010101010101010101010101010101010101010101010101",
        "19 0202020202020202020202020202020202020202020202020202020202020202",
        "1c 01",
        "22 4f",
        "05 0303030303030303030303030303030303030303030303030303030303030303",
        "08 05",
        "0e 21 0404040404040404040404040404040404040404040404040404040404040404 04",
        "10 64",
        "14 01",
        "18 80b4bc02",
        "26 06 6375726c2f38",
        "2a 04 c0000207",
        "00",
    ];

    fn unhex(lines: &[&str]) -> Vec<u8> {
        let digits: Vec<u8> = lines.concat().replace(' ', "").into_bytes();
        let pairs = digits.as_chunks::<2>().0.iter();
        let byte = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
        pairs.map(byte).collect()
    }

    /// The login of [`bare`] with another payload.
    fn with(payload: &[u8]) -> Option<Login> {
        let login = bare();
        read(LoginParts {
            realm: &login.realm,
            id: login.id,
            user_id: &login.user_id,
            version: login.version,
            created_at: login.created_at(),
            last_seen_at: login.last_seen_at(),
            expires_at: login.expires_at(),
            payload,
        })
    }

    #[test]
    fn what_the_first_release_wrote_is_read_and_written_again() {
        assert_eq!(with(&unhex(FULL)), Some(full()));
        assert_eq!(write(&full()), unhex(FULL));
        assert_eq!(with(&[1, 0]), Some(bare()), "what says nothing is left out");
        assert_eq!(write(&bare()), [1, 0]);
    }

    #[test]
    fn what_a_later_release_wrote_is_kept_by_one_that_changes_the_rest() {
        // A number, 32 bytes and a block, in the record and in its remembered part.
        let array = format!("9101 {}", "ee".repeat(32));
        let later = ["8c01 ffff03", &array, "9601 03 00ff00"];
        let mut lines = FULL.to_vec();
        lines.splice(FULL.len() - 1..FULL.len() - 1, later);
        let part = lines.iter().position(|line| *line == "22 4f").unwrap();
        lines.splice(part + 7..part + 7, later);
        lines[part] = "22 7c";
        let payload = unhex(&lines);

        let kept = with(&payload).unwrap();
        assert_eq!(write(&kept), payload, "byte for byte");
        let mut touched = kept;
        touched.generation += 1;
        touched.fresh_since = None;
        let remember = touched.remember.as_mut().unwrap();
        remember.acknowledged = false;
        let again = with(&write(&touched)).unwrap();
        assert_eq!(again, touched);
        assert_eq!(again.unknown.bytes(), unhex(&later));
        assert_eq!(again.remember.unwrap().unknown.bytes(), unhex(&later));
    }

    #[test]
    fn every_extreme_is_read() {
        for time in [i64::MIN, -1, 0, 1, i64::MAX] {
            for created_at in [i64::MIN, -1, 0, i64::MAX] {
                let login = Login {
                    created_at,
                    authenticated_at: time,
                    session_started_at: !time,
                    fresh_since: Some(time),
                    generation: u64::MAX,
                    address: Some([0xff; 16].into()),
                    ..bare()
                };
                let parts = LoginParts {
                    realm: &login.realm,
                    id: login.id,
                    user_id: &login.user_id,
                    version: login.version,
                    created_at: login.created_at(),
                    last_seen_at: login.last_seen_at(),
                    expires_at: login.expires_at(),
                    payload: &write(&login),
                };
                assert_eq!(read(parts), Some(login));
            }
        }
    }

    #[test]
    fn nothing_but_a_whole_payload_is_read() {
        let good = write(&full());
        for end in 0..good.len() {
            assert_eq!(with(&good[..end]), None, "cut to {end} bytes");
        }
        for bad in [
            &[&good[..], &[0]].concat()[..],
            // A later format.
            &[&[FORMAT + 1], &good[1..]].concat(),
            // A generation of 32 bytes, a digest that is a number, a kind that there is not.
            &[&[1, 5][..], &[0; 32], &[0]].concat(),
            &[1, 20, 0, 0],
            &[1, 7, 0, 0],
            // The field zero, with another kind than the end's.
            &[1, 2, 0, 0],
            // Five bytes of address; a text that is none; a part that is cut.
            &[1, 42, 5, 1, 2, 3, 4, 5, 0],
            &[1, 38, 1, 0xff, 0],
            &[1, 34, 2, 5, 0, 0],
        ] {
            assert_eq!(with(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn no_garbage_panics() {
        let good = write(&full());
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                // What reads as a login is written as one.
                if let Some(login) = with(&bad) {
                    assert_eq!(with(&write(&login)), Some(login));
                }
            }
        }
        for byte in 0..=u8::MAX {
            for length in 0..100 {
                let _ = with(&vec![byte; length]);
                let _ = with(&[&[FORMAT][..], &vec![byte; length]].concat());
            }
        }
    }

    #[test]
    fn what_is_not_known_is_not_shown() {
        let mut login = bare();
        login.unknown.keep(b"a secret of a later release");
        assert!(format!("{login:?}").contains("unknown: 27 bytes"));
    }
}
