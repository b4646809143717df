//! The guards that ask for roles and permissions.

use std::{fmt, marker::PhantomData};

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use super::{Access, Anyone, Guard, Need, Whose, admit};
use crate::user::AnyUser;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Role,
    Permission,
}

/// Names that a user has to have, all or any of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Right<'a> {
    pub(crate) kind: Kind,
    pub(crate) all: bool,
    /// The names, one a line.
    pub(crate) names: &'a str,
}

impl Right<'_> {
    pub(crate) fn note(&self, access: &mut Access) {
        access.login = true;
        let names = self
            .names
            .split('\n')
            .filter(|name| !name.is_empty())
            .map(str::to_owned);
        match (self.kind, self.all) {
            (Kind::Role, true) => access.roles_required.extend(names),
            (Kind::Permission, true) => access.permissions_required.extend(names),
            (Kind::Role, false) => access.roles_accepted.push(names.collect()),
            (Kind::Permission, false) => access.permissions_accepted.push(names.collect()),
        }
    }

    /// Whether the user has what is asked for; `None` where such users have no rights at all.
    pub(crate) fn is_held_by(&self, user: &dyn AnyUser) -> Option<bool> {
        let names = self.names.split('\n').filter(|name| !name.is_empty());
        let mut held = false;
        for name in names {
            held = match self.kind {
                Kind::Role => user.has_role(name)?,
                Kind::Permission => user.has_permission(name)?,
            };
            if held != self.all {
                break;
            }
        }
        Some(held)
    }

    /// What to do about a type of user without such rights.
    pub(crate) fn no_source(&self) -> &'static str {
        match self.kind {
            Kind::Role => {
                "a guard asks for roles, but these users have none: put `#[login(roles)]` on a \
                 field of the user, or implement `UserMixin::has_role`"
            }
            Kind::Permission => {
                "a guard asks for permissions, but these users have none: put \
                 `#[login(permissions)]` on a field of the user, or implement \
                 `UserMixin::has_permission`"
            }
        }
    }
}

/// The names that a macro packed into four numbers, on the stack.
struct Packed([u8; 64]);

impl Packed {
    fn new(words: [u128; 4]) -> Self {
        let mut bytes = [0; 64];
        for (piece, word) in bytes.chunks_exact_mut(16).zip(words) {
            piece.copy_from_slice(&word.to_be_bytes());
        }
        Self(bytes)
    }

    fn names(&self) -> &str {
        let end = self
            .0
            .iter()
            .position(|byte| *byte == 0)
            .unwrap_or(self.0.len());
        str::from_utf8(&self.0[..end]).unwrap_or_default()
    }
}

/// The guard of [`#[roles_required]`](crate::roles_required): a user with all of the roles.
///
/// The names are packed into the four numbers, one a line, at most 64 bytes together.
pub struct RolesRequired<
    const A: u128,
    const B: u128,
    const C: u128,
    const D: u128,
    U: Whose = Anyone,
> {
    whose: PhantomData<fn() -> U>,
}

/// The guard of [`#[roles_accepted]`](crate::roles_accepted): a user with any of the roles.
///
/// The names are packed into the four numbers, one a line, at most 64 bytes together.
pub struct RolesAccepted<
    const A: u128,
    const B: u128,
    const C: u128,
    const D: u128,
    U: Whose = Anyone,
> {
    whose: PhantomData<fn() -> U>,
}

/// The guard of [`#[permissions_required]`](crate::permissions_required): a user with all of
/// the permissions.
///
/// The names are packed into the four numbers, one a line, at most 64 bytes together.
pub struct PermissionsRequired<
    const A: u128,
    const B: u128,
    const C: u128,
    const D: u128,
    U: Whose = Anyone,
> {
    whose: PhantomData<fn() -> U>,
}

/// The guard of [`#[permissions_accepted]`](crate::permissions_accepted): a user with any of
/// the permissions.
///
/// The names are packed into the four numbers, one a line, at most 64 bytes together.
pub struct PermissionsAccepted<
    const A: u128,
    const B: u128,
    const C: u128,
    const D: u128,
    U: Whose = Anyone,
> {
    whose: PhantomData<fn() -> U>,
}

macro_rules! guards {
    ($($name:ident, $kind:ident, $all:literal;)*) => {
        $(
            impl<const A: u128, const B: u128, const C: u128, const D: u128, U: Whose>
                $name<A, B, C, D, U>
            {
                /// A guard that nothing stands behind, to call a handler from a unit test.
                #[cfg(feature = "testing")]
                pub fn for_test() -> Self {
                    Self { whose: PhantomData }
                }
            }

            impl<const A: u128, const B: u128, const C: u128, const D: u128, U: Whose> fmt::Debug
                for $name<A, B, C, D, U>
            {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(stringify!($name))
                }
            }

            impl<const A: u128, const B: u128, const C: u128, const D: u128, S, U: Whose>
                FromRequestParts<S> for $name<A, B, C, D, U>
            {
                type Rejection = Response;

                fn from_request_parts(
                    parts: &mut Parts,
                    _: &S,
                ) -> impl Future<Output = Result<Self, Response>> + Send {
                    async move {
                        let packed = Packed::new([A, B, C, D]);
                        let right = Right { kind: Kind::$kind, all: $all, names: packed.names() };
                        admit::<U>(parts, Need { rights: &[right], ..Need::default() }).await?;
                        Ok(Self { whose: PhantomData })
                    }
                }
            }

            impl<const A: u128, const B: u128, const C: u128, const D: u128, U: Whose> Guard
                for $name<A, B, C, D, U>
            {
                type Whose = U;

                fn describe(access: &mut Access) {
                    let packed = Packed::new([A, B, C, D]);
                    Right { kind: Kind::$kind, all: $all, names: packed.names() }.note(access);
                    access.note_user::<U>();
                }
            }
        )*
    };
}

guards! {
    RolesRequired, Role, true;
    RolesAccepted, Role, false;
    PermissionsRequired, Permission, true;
    PermissionsAccepted, Permission, false;
}

/// The piece of a list of names that goes into one of the four numbers.
///
/// Too long a list does not compile.
pub(crate) const fn pack(names: &[&str], piece: usize) -> u128 {
    let mut bytes = [0_u8; 64];
    let mut at = 0;
    let mut index = 0;
    while index < names.len() {
        let name = names[index].as_bytes();
        let gap = if index > 0 { 1 } else { 0 };
        // Once is enough: the other pieces are computed from the same names.
        assert!(
            piece > 0 || at + gap + name.len() <= 64,
            "the names of a guard take at most 64 bytes together: shorten them, or put some into a \
             second attribute"
        );
        if index > 0 && at < 64 {
            bytes[at] = b'\n';
            at += 1;
        }
        let mut from = 0;
        while from < name.len() && at < 64 {
            bytes[at] = name[from];
            at += 1;
            from += 1;
        }
        index += 1;
    }
    let mut word = 0_u128;
    let mut byte = 0;
    while byte < 16 {
        word = word << 8 | bytes[piece * 16 + byte] as u128;
        byte += 1;
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_being_packed() {
        let names = ["admin", "éditeur", "a-rather-long-name-of-a-role"];
        let words = [0, 1, 2, 3].map(|piece| pack(&names, piece));
        assert_eq!(Packed::new(words).names(), names.join("\n"));
        assert_eq!(Packed::new([0; 4]).names(), "");
    }
}
