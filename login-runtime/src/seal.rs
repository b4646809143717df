//! The signed envelope, and keyed digests.
//!
//! A sealed value is `base64url(payload)` followed by 43 characters of `base64url(HMAC-SHA256)`.
//! The MAC covers the text of the payload, and its key is derived from the secret key, the
//! purpose, the realm and the cookie's name, so that a value is good in one place only. The payload
//! is a format version, the time of issue, the time of expiry and a body. Nothing of it is
//! decoded before the MAC has been checked.

use std::hash::{BuildHasher, Hasher, RandomState};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::Mac;
use subtle::{Choice, ConstantTimeEq};

use crate::{
    login::{Digest, Mark},
    secret_key::{HmacSha256, SecretKey},
};

const FORMAT: u8 = 1;
const HEAD: usize = 1 + 8 + 8;
const TAG_TEXT: usize = 43;

/// The longest text that is decoded without an allocation, and the room for what is in it.
const SHORT_TEXT: usize = 60;
const SHORT: usize = SHORT_TEXT / 4 * 3;

/// Signs and verifies the values of one cookie.
pub(crate) struct Seal {
    /// The first signs, all verify. Prepared once: a signature then hashes two short blocks.
    macs: Box<[HmacSha256]>,
}

/// What was in a sealed value whose signature is right.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
    payload: Payload,
}

/// A decoded payload: that of a session cookie is short, and takes no allocation.
#[derive(Debug, PartialEq, Eq)]
enum Payload {
    Short([u8; SHORT], usize),
    Long(Vec<u8>),
}

impl Payload {
    fn decode(text: &[u8]) -> Option<Self> {
        if text.len() > SHORT_TEXT {
            return URL_SAFE_NO_PAD.decode(text).ok().map(Self::Long);
        }
        let mut bytes = [0; SHORT];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        Some(Self::Short(bytes, length))
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(bytes, length) => bytes.get(..*length).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }
}

impl Envelope {
    pub(crate) fn body(&self) -> &[u8] {
        self.payload.bytes().get(HEAD..).unwrap_or_default()
    }

    /// Whether the envelope counts at `now`: not over, and not from beyond the clock skew ahead.
    pub(crate) fn is_current(&self, now: i64, skew: i64) -> bool {
        now < self.expires_at && self.issued_at <= now.saturating_add(skew)
    }
}

impl Seal {
    pub(crate) fn new(keys: &[SecretKey], purpose: &str, realm: &str, cookie: &str) -> Self {
        let macs = keys
            .iter()
            .map(|key| key.subkey(&["cookie", purpose, realm, cookie]))
            .collect();
        Self { macs }
    }

    pub(crate) fn seal(&self, issued_at: i64, expires_at: i64, body: &[u8]) -> String {
        let mut payload = Vec::with_capacity(HEAD + body.len());
        payload.push(FORMAT);
        payload.extend_from_slice(&issued_at.to_be_bytes());
        payload.extend_from_slice(&expires_at.to_be_bytes());
        payload.extend_from_slice(body);
        let mut text = String::with_capacity(payload.len().div_ceil(3) * 4 + TAG_TEXT);
        URL_SAFE_NO_PAD.encode_string(&payload, &mut text);
        let tag = mac(&self.macs[0], text.as_bytes());
        URL_SAFE_NO_PAD.encode_string(tag, &mut text);
        text
    }

    /// How long the text of [`seal`](Self::seal) is for a body of so many bytes.
    pub(crate) fn sealed_len(body: usize) -> usize {
        ((HEAD + body) * 4).div_ceil(3) + TAG_TEXT
    }

    #[inline]
    pub(crate) fn open(&self, value: &[u8]) -> Option<Envelope> {
        let (text, tag) = value.split_last_chunk::<TAG_TEXT>()?;
        // As text: of what a stranger sends, nothing at all is decoded before this.
        let is_ours = |key: &&HmacSha256| {
            let mut ours = [0; TAG_TEXT];
            URL_SAFE_NO_PAD.encode_slice(mac(key, text), &mut ours) == Ok(TAG_TEXT)
                && is_same(&ours, tag)
        };
        self.macs.iter().find(is_ours)?;
        let payload = Payload::decode(text)?;
        let (&FORMAT, rest) = payload.bytes().split_first()? else {
            return None;
        };
        let (issued_at, rest) = rest.split_first_chunk()?;
        let (expires_at, _) = rest.split_first_chunk()?;
        Some(Envelope {
            issued_at: i64::from_be_bytes(*issued_at),
            expires_at: i64::from_be_bytes(*expires_at),
            payload,
        })
    }
}

#[inline]
fn mac(key: &HmacSha256, text: &[u8]) -> [u8; 32] {
    let mut mac = key.clone();
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// Whether two MACs are the same, in a time that does not tell where they differ.
///
/// Eight bytes at a time: `subtle` hides each step from the compiler, which for every byte of
/// 32 takes 40 ns.
#[inline]
fn is_same<const N: usize>(ours: &[u8; N], theirs: &[u8; N]) -> bool {
    let ((ours, our_rest), (theirs, their_rest)) = (ours.as_chunks(), theirs.as_chunks());
    let words = ours.iter().zip(theirs);
    let same = words.map(|(a, b)| u64::from_ne_bytes(*a).ct_eq(&u64::from_ne_bytes(*b)));
    let same = same.fold(Choice::from(1), |all, it| all & it);
    (same & our_rest.ct_eq(their_rest)).into()
}

/// Makes and verifies keyed digests of something about a user, such as the auth hash.
///
/// A digest that it made itself carries a mark: `SipHash` of the same value, under a random key that
/// only this digester has. As long as the record stays in the process, as in a `MemoryStore`, the
/// mark alone is compared, and an HMAC only where it differs. Both digests of a login cost 400 ns a
/// request as HMACs (seven blocks of SHA-256) and 60 ns as marks. A wrong value has the right mark
/// once in 2^64 times, and nobody who does not know the key can look for one but by asking.
pub(crate) struct Digester {
    macs: Box<[HmacSha256]>,
    marks: RandomState,
}

/// How a digest compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    Same,
    /// The same, under a key that is being rotated out: worth stamping anew.
    SameUnderOldKey,
    Different,
}

impl Digester {
    pub(crate) fn new(keys: &[SecretKey], purpose: &str, realm: &str) -> Self {
        Self {
            macs: keys
                .iter()
                .map(|key| key.subkey(&["digest", purpose, realm]))
                .collect(),
            marks: RandomState::new(),
        }
    }

    pub(crate) fn digest(&self, user_id: &str, value: &[u8]) -> Digest {
        let bytes = over_user(&self.macs[0], user_id, value);
        Digest::from_bytes(bytes).with_mark(self.mark(value))
    }

    #[inline]
    fn mark(&self, value: &[u8]) -> Mark {
        // Not of the user: a mark is compared in the record that it was made for, whose user never
        // changes. Each further piece of input would cost as much as sixty bytes of this one.
        let mut mark = self.marks.build_hasher();
        mark.write(value);
        mark.finish().to_ne_bytes()
    }

    #[inline]
    pub(crate) fn compare(&self, digest: &Digest, user_id: &str, value: &[u8]) -> Compared {
        // Only `digest` makes marks, and under the first key.
        if digest.mark().is_some_and(|mark| mark == self.mark(value)) {
            return Compared::Same;
        }
        let same = |key| is_same(&over_user(key, user_id, value), digest.as_bytes());
        match self.macs.iter().position(same) {
            Some(0) => Compared::Same,
            Some(_) => Compared::SameUnderOldKey,
            None => Compared::Different,
        }
    }
}

fn over_user(key: &HmacSha256, user_id: &str, value: &[u8]) -> [u8; 32] {
    let mut mac = key.clone();
    mac.update(&(user_id.len() as u64).to_be_bytes());
    mac.update(user_id.as_bytes());
    mac.update(value);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SecretKey {
        SecretKey::from_bytes([&[byte; 31][..], b"!"].concat()).unwrap()
    }

    #[test]
    fn a_sealed_value_opens_under_its_own_name_only() {
        let keys = [key(1)];
        let seal = Seal::new(&keys, "session", "login", "a");
        let value = seal.seal(5, 10, b"body");
        let open = seal.open(value.as_bytes()).unwrap();
        assert_eq!(
            (open.issued_at, open.expires_at, open.body()),
            (5, 10, &b"body"[..])
        );
        for other in [
            Seal::new(&keys, "remember", "login", "a"),
            Seal::new(&keys, "session", "admin", "a"),
            Seal::new(&keys, "session", "login", "b"),
            Seal::new(&[key(2)], "session", "login", "a"),
        ] {
            assert_eq!(other.open(value.as_bytes()), None);
        }
    }

    #[test]
    fn every_changed_character_is_refused() {
        let seal = Seal::new(&[key(1)], "session", "login", "a");
        let value = seal.seal(5, 10, &[9; 24]).into_bytes();
        for at in 0..value.len() {
            for bit in 0..8 {
                let mut changed = value.clone();
                changed[at] ^= 1 << bit;
                assert_eq!(seal.open(&changed), None, "byte {at}, bit {bit}");
            }
            assert_eq!(seal.open(&value[..at]), None);
            assert_eq!(seal.open(&value[at + 1..]), None);
        }
    }

    #[test]
    fn the_session_cookie_is_signed_in_one_block() {
        // 17 bytes of head and 24 of body are 55 characters, the most that fits one SHA-256 block.
        let seal = Seal::new(&[key(1)], "session", "login", "a");
        assert_eq!(seal.seal(5, 10, &[9; 24]).len(), 55 + TAG_TEXT);
        for body in 0..100 {
            let sealed = seal.seal(5, 10, &vec![9; body]);
            assert_eq!(Seal::sealed_len(body), sealed.len());
        }
    }

    #[test]
    fn an_old_key_verifies_and_says_so() {
        let old = Digester::new(&[key(1)], "auth hash", "login");
        let both = Digester::new(&[key(2), key(1)], "auth hash", "login");
        let digest = old.digest("ada", b"hash");
        assert_eq!(
            both.compare(&digest, "ada", b"hash"),
            Compared::SameUnderOldKey
        );
        assert_eq!(
            both.compare(&both.digest("ada", b"hash"), "ada", b"hash"),
            Compared::Same
        );
        assert_eq!(both.compare(&digest, "ad", b"ahash"), Compared::Different);
    }

    #[test]
    fn a_mark_counts_where_it_was_made_and_says_no_more_than_the_digest() {
        let ours = Digester::new(&[key(1)], "auth hash", "login");
        let marked = ours.digest("ada", b"hash");
        let stored = Digest::from_bytes(*marked.as_bytes());
        assert_eq!(marked, stored);
        for digest in [marked, stored] {
            assert_eq!(ours.compare(&digest, "ada", b"hash"), Compared::Same);
            assert_eq!(ours.compare(&digest, "ada", b"hasH"), Compared::Different);
            assert_eq!(ours.compare(&digest, "ad", b"ahash"), Compared::Different);
        }
        // The mark is what was compared, and no other digester goes by it.
        let only_marked = Digest::from_bytes([0; 32]).with_mark(marked.mark().unwrap());
        assert_eq!(ours.compare(&only_marked, "ada", b"hash"), Compared::Same);
        for keys in [[key(1)], [key(2)]] {
            let other = Digester::new(&keys, "auth hash", "login");
            let compared = other.compare(&only_marked, "ada", b"hash");
            assert_eq!(compared, Compared::Different);
        }
    }
}
