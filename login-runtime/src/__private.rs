//! What the macros' expansions name. Not part of the public interface: it changes without notice.

pub use std::{borrow::Cow, string::String};

pub use crate::{
    guard::{
        Anyone, FreshLoginRequired, LoginRequired, PermissionsAccepted, PermissionsRequired,
        Public, RolesAccepted, RolesRequired,
    },
    loader::{
        Basic, Bearer, Header, LoaderCredential, LoaderId, LoaderOutput, Query, WithCredential,
    },
    user::{
        UnknownRole, UserMixin,
        derive::{AsActive, AsHash, Names, ToId},
    },
};

/// The piece of a list of names that goes into one of a guard's four numbers.
pub const fn pack(names: &[&str], piece: usize) -> u128 {
    crate::guard::pack(names, piece)
}
