//! How a record is filed by its name without the name being kept twice.
//!
//! A shard and a [user index](super::user_index) hold nothing but the `Arc` of a record and read the
//! key out of it. A lookup has no record at hand, so each kind of key is a small trait that a
//! record and a borrowed key share.

use std::{
    borrow::Borrow,
    hash::{BuildHasherDefault, Hash, Hasher},
    sync::Arc,
};

use crate::login::{Login, LoginId};

/// What `load` finds a record by.
pub(super) trait Name {
    fn name(&self) -> (&LoginId, &str);
}

/// A record, filed by its name.
pub(super) struct ByName(pub(super) Arc<Login>);

impl Name for ByName {
    fn name(&self) -> (&LoginId, &str) {
        (&self.0.id, &self.0.realm)
    }
}

impl Name for (LoginId, &str) {
    fn name(&self) -> (&LoginId, &str) {
        (&self.0, self.1)
    }
}

impl PartialEq for dyn Name + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for dyn Name + '_ {}

impl Hash for dyn Name + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(scatter(self.name().0));
    }
}

impl<'a> Borrow<dyn Name + 'a> for ByName {
    fn borrow(&self) -> &(dyn Name + 'a) {
        self
    }
}

impl PartialEq for ByName {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for ByName {}

impl Hash for ByName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self as &dyn Name).hash(state);
    }
}

/// Sixty-four bits that depend on every bit of an id.
///
/// Ids are random and only ever made by the server, so nobody can choose colliding ones; the one
/// multiplication is for ids that are merely numbered, as in tests.
pub(super) fn scatter(id: &LoginId) -> u64 {
    let bytes = u128::from_le_bytes(*id.as_bytes());
    let (low, high) = (low_half(bytes), low_half(bytes >> 64));
    let wide = u128::from(low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(high ^ 0xc2b2_ae3d_27d4_eb4f);
    low_half(wide) ^ low_half(wide >> 64)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the lower half is what is asked for"
)]
fn low_half(wide: u128) -> u64 {
    wide as u64
}

/// Passes on what [`scatter`] made.
#[derive(Default)]
pub(super) struct Scattered(u64);

pub(super) type BuildScattered = BuildHasherDefault<Scattered>;

impl Hasher for Scattered {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, scattered: u64) {
        self.0 = scattered;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
