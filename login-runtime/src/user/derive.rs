//! What the fields may be that `#[derive(UserMixin)]` reads.

use std::{borrow::Cow, fmt::Display, ops::Deref};

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
    note = "name a function that tells it from the field, as in `#[login(active = Option::is_none)]` on \
            a field `disabled_at`"
)]
pub trait AsActive {
    /// Whether the user is active.
    fn as_active(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl AsActive for bool {
    fn as_active(&self) -> bool {
        *self
    }
}

/// A field, to be asked for what it holds.
///
/// Expansions call a method on several references to one, and the compiler takes the first
/// implementation that fits on its way through them: so each kind of field has its own, although
/// some types are of several kinds. The last is the method of `Probe` itself, which fits none, and
/// whose bound says what is wrong.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "the derive writes it")]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// What the field of a user's auth hash may be, where it is bytes in itself.
#[diagnostic::on_unimplemented(
    message = "the auth hash of a user is read as bytes, which `{Self}` is not",
    label = "does not implement `AsRef<[u8]>`",
    note = "use a `String`, a `Vec<u8>`, an array of bytes, or an `Option` of one of them"
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

/// Stands for the hash of a user who has none. No hash is like it, so that a first password and the
/// removal of the last one end logins as every other change does.
const NO_HASH: &[u8] = b"\0login-runtime: this user has no auth hash\0";

/// An auth hash among the references to a [`Probe`].
pub trait ProbedHash<'a> {
    /// The hash as bytes.
    fn as_hash(&self) -> Cow<'a, [u8]>;
}

impl<'a, T: AsRef<[u8]> + ?Sized> ProbedHash<'a> for &&&&Probe<'a, T> {
    fn as_hash(&self) -> Cow<'a, [u8]> {
        Cow::Borrowed(self.0.as_ref())
    }
}

impl<'a, T: AsRef<[u8]>> ProbedHash<'a> for &&&Probe<'a, Option<T>> {
    fn as_hash(&self) -> Cow<'a, [u8]> {
        Cow::Borrowed(self.0.as_ref().map_or(NO_HASH, AsRef::as_ref))
    }
}

/// What derefs to bytes or text, such as `Arc<str>`.
impl<'a, D: Deref<Target: AsRef<[u8]>>> ProbedHash<'a> for &&Probe<'a, D> {
    fn as_hash(&self) -> Cow<'a, [u8]> {
        Cow::Borrowed((**self.0).as_ref())
    }
}

impl<'a, D: Deref<Target: AsRef<[u8]>>> ProbedHash<'a> for &Probe<'a, Option<D>> {
    fn as_hash(&self) -> Cow<'a, [u8]> {
        Cow::Borrowed(self.0.as_deref().map_or(NO_HASH, AsRef::as_ref))
    }
}

impl<'a, T: ?Sized> Probe<'a, T> {
    /// The hash of a type that is no hash.
    pub fn as_hash(&self) -> Cow<'a, [u8]>
    where
        T: AsHash,
    {
        self.0.as_hash()
    }

    /// Looks for a name in a type that holds no names.
    pub fn has_name(&self, name: &str) -> bool
    where
        T: Names,
    {
        self.0.has_name(name)
    }
}

/// What the field of a user's roles or permissions may be, where it is a collection in itself.
#[diagnostic::on_unimplemented(
    message = "the roles or permissions of a user are names, which `{Self}` is not",
    label = "cannot be looked through for a name",
    note = "use a `Vec<String>`, a `HashSet<String>`, a `String` for a single one, or an enum that \
            derives `Role` in their place"
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

/// Names among the references to a [`Probe`].
pub trait ProbedNames {
    /// Whether the name is among them.
    fn has_name(&self, name: &str) -> bool;
}

/// A collection of names.
impl<C: Names + ?Sized> ProbedNames for &&&&Probe<'_, C> {
    fn has_name(&self, name: &str) -> bool {
        self.0.has_name(name)
    }
}

/// A single name.
impl<N: AsRef<str> + ?Sized> ProbedNames for &&&Probe<'_, N> {
    fn has_name(&self, name: &str) -> bool {
        self.0.as_ref() == name
    }
}

/// What derefs to a collection of names, such as `Json<Vec<Role>>`.
impl<D: Deref<Target: Names> + ?Sized> ProbedNames for &&Probe<'_, D> {
    fn has_name(&self, name: &str) -> bool {
        (**self.0).has_name(name)
    }
}

/// What derefs to a single name.
impl<D: Deref<Target: AsRef<str>> + ?Sized> ProbedNames for &Probe<'_, D> {
    fn has_name(&self, name: &str) -> bool {
        (**self.0).as_ref() == name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(
        clippy::needless_borrow,
        reason = "as many as expansions write: which implementation is taken hangs on it"
    )]
    fn no_hash_is_a_value_of_its_own() {
        let (none, empty, some) = (None::<String>, Some(""), Some("$argon2id$".to_owned()));
        let none = (&&&&&Probe(&none)).as_hash();
        assert_eq!(*none, *NO_HASH);
        assert_ne!(none, (&&&&&Probe(&empty)).as_hash());
        assert_eq!(*(&&&&&Probe(&some)).as_hash(), *b"$argon2id$");
        // A column that becomes optional leaves the logins of those who have a password alone.
        assert_eq!(
            (&&&&&Probe(&some)).as_hash(),
            (&&&&&Probe("$argon2id$")).as_hash()
        );
    }
}
