//! Keyed digests of something about a user that is not kept itself.

use std::{
    fmt,
    hash::{BuildHasher, Hasher, RandomState},
};

use hmac::Mac;

use super::{
    mac::is_same,
    secret_key::{HmacSha256, SecretKey},
};

/// A keyed digest (HMAC-SHA256) of something that is not kept itself.
#[derive(Clone, Copy)]
pub(crate) struct Digest {
    bytes: [u8; 32],
    // Says nothing that the bytes do not say, so it is neither compared nor stored.
    mark: Option<Mark>,
}

/// What [`Digester`](Digester) knows a digest of its own making by.
pub(crate) type Mark = [u8; 8];

impl Digest {
    /// The digest with these bytes.
    pub(crate) const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes, mark: None }
    }

    pub(crate) const fn with_mark(self, mark: Mark) -> Self {
        let mark = Some(mark);
        Self { mark, ..self }
    }

    pub(crate) const fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// The bytes of the digest.
    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}

/// Makes and verifies keyed digests of something about a user, such as the auth hash.
///
/// A digest that it made itself carries a mark: `SipHash` of the same value, under a random key that
/// only this digester has. As long as the record stays in the process, as in a `MemoryStore`, the
/// mark alone is compared, and the HMAC only where the marks differ. Both digests of a login cost 400 ns a
/// request as HMACs (seven blocks of SHA-256) and 60 ns as marks. A wrong value has the right mark
/// once in 2^64 times, and without the key there is no way to find one but to ask.
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
    fn a_digest_shows_nothing() {
        assert_eq!(format!("{:?}", Digest::from_bytes([7; 32])), "Digest(..)");
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
