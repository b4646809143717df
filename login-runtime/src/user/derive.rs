//! What the fields may be that `#[derive(UserMixin)]` reads.

use std::{borrow::Cow, fmt::Display};

/// What the field of a user's id may be.
#[diagnostic::on_unimplemented(
    message = "the id of a user is written as text, which `{Self}` cannot be",
    label = "does not implement `Display`",
    note = "use a number, a `String` or another type that implements `Display`"
)]
pub trait ToId {
    /// The id as text.
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
    /// Whether the user is active.
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
    /// The hash as bytes.
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
    /// Whether the name is among them.
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
