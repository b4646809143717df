//! A short name for a user of a realm.

use sha2::{Digest as _, Sha256};

/// A name for a user of a realm that no other user has: half of a SHA-256.
///
/// Which users there are is no secret of a store, which has their ids beside it.
pub(super) fn tag(realm: &str, user_id: &str) -> [u8; 16] {
    let length = u64::try_from(realm.len()).unwrap_or(u64::MAX);
    let mut hash = Sha256::new();
    hash.update(length.to_be_bytes());
    hash.update(realm);
    hash.update(user_id);
    let mut tag = [0; 16];
    tag.copy_from_slice(&hash.finalize()[..16]);
    tag
}
