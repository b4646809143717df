//! What the macros' expansions name. Not part of the public interface: it changes without notice.

use std::fmt::Display;

pub use std::{borrow::Cow, string::String};

pub use crate::{
    credential::{Basic, Bearer, Header, Query, WithCredential},
    guard::{
        AnyLogin, Both, FreshLoginRequired, LoginRequired, PermissionsAccepted,
        PermissionsRequired, Public, RolesAccepted, RolesRequired,
    },
    loader::{LoaderCredential, LoaderId, LoaderOutput},
    packed::{PackedText, pack},
    role::UnknownRole,
    user::UserMixin,
};

/// What the field of a user's id may be.
#[diagnostic::on_unimplemented(
    message = "the id of a user is written as text, which `{Self}` cannot be",
    label = "does not implement `Display`",
    note = "use a number, a `String` or another type that implements `Display`"
)]
pub trait ToId {
    fn to_id(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<T: Display + ?Sized> ToId for T {
    fn to_id(&self) -> String {
        self.to_string()
    }
}

/// What the field that says whether a user is active may be.
#[diagnostic::on_unimplemented(
    message = "whether a user is active is a `bool`, which `{Self}` is not",
    label = "expected `bool`",
    note = "to compute it, implement `UserMixin` by hand"
)]
pub trait AsActive {
    fn as_active(&self) -> bool;
}

impl AsActive for bool {
    fn as_active(&self) -> bool {
        *self
    }
}

/// What the field of a user's auth hash may be.
#[diagnostic::on_unimplemented(
    message = "the auth hash of a user is read as bytes, which `{Self}` is not",
    label = "does not implement `AsRef<[u8]>`",
    note = "use a `String`, a `Vec<u8>` or an array of bytes"
)]
pub trait AsHash {
    fn as_hash(&self) -> Cow<'_, [u8]>;
}

#[diagnostic::do_not_recommend]
impl<T: AsRef<[u8]> + ?Sized> AsHash for T {
    fn as_hash(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(self.as_ref())
    }
}

/// What the field of a user's roles or permissions may be.
#[diagnostic::on_unimplemented(
    message = "the roles or permissions of a user are a collection of names, which `{Self}` is not",
    label = "cannot be looked through for a name",
    note = "use a `Vec<String>`, a `HashSet<String>`, or a collection of an enum that derives `Role`"
)]
pub trait Names {
    fn has_name(&self, name: &str) -> bool;
}

#[diagnostic::do_not_recommend]
impl<C: ?Sized> Names for C
where
    for<'a> &'a C: IntoIterator<Item: AsRef<str>>,
{
    fn has_name(&self, name: &str) -> bool {
        self.into_iter().any(|known| known.as_ref() == name)
    }
}
