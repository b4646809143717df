//! The guards that ask for roles and permissions.

use std::{fmt, marker::PhantomData};

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use super::{Access, AnyLogin, Check, Guard, Whose, WithPermissions, WithRoles, admit};
use crate::{packed::Text, user::AnyUser};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Role,
    Permission,
}

/// Names that a user has to have, all or any of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Right<'a> {
    kind: Kind,
    all: bool,
    names: Names<'a>,
}

/// Names as a guard's type or a layer carries them.
#[derive(Clone, Copy, Debug)]
pub(super) enum Names<'a> {
    /// One a line.
    Packed(&'a str),
    Listed(&'a [String]),
}

impl<'a> Names<'a> {
    fn iter(self) -> impl Iterator<Item = &'a str> {
        let (packed, listed) = match self {
            Self::Packed(text) => (text, [].as_slice()),
            Self::Listed(names) => ("", names),
        };
        let packed = packed.split('\n').filter(|name| !name.is_empty());
        packed.chain(listed.iter().map(String::as_str))
    }
}

impl<'a> Right<'a> {
    pub(super) fn new(kind: Kind, all: bool, names: Names<'a>) -> Self {
        Self { kind, all, names }
    }

    pub(super) fn note(&self, access: &mut Access) {
        access.login = true;
        let names = self.names.iter().map(str::to_owned);
        match (self.kind, self.all) {
            (Kind::Role, true) => access.roles_required.extend(names),
            (Kind::Permission, true) => access.permissions_required.extend(names),
            (Kind::Role, false) => access.roles_accepted.push(names.collect()),
            (Kind::Permission, false) => access.permissions_accepted.push(names.collect()),
        }
    }

    /// Whether the user has what is asked for; `None` where such users have no rights at all.
    pub(super) fn is_held_by(&self, user: &dyn AnyUser) -> Option<bool> {
        let mut held = false;
        for name in self.names.iter() {
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
    pub(super) fn no_source(&self) -> &'static str {
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

macro_rules! guards {
    ($($(#[$doc:meta])* $name:ident, $kind:ident, $whose:ident, $all:literal;)*) => {
        $(
            $(#[$doc])*
            ///
            /// `N` carries the names, at most 64 bytes together.
            pub struct $name<N: Text, U: Whose = AnyLogin> {
                asked: PhantomData<fn() -> (N, U)>,
            }

            #[cfg(feature = "testing")]
            impl<N: Text, U: Whose> $name<N, U> {
                /// A guard that nothing stands behind, to call a handler from a unit test.
                pub fn for_test() -> Self {
                    Self { asked: PhantomData }
                }
            }

            impl<N: Text, U: Whose> fmt::Debug for $name<N, U> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str(stringify!($name))
                }
            }

            impl<S, N: Text, U: Whose> FromRequestParts<S> for $name<N, U> {
                type Rejection = Response;

                fn from_request_parts(
                    parts: &mut Parts,
                    _: &S,
                ) -> impl Future<Output = Result<Self, Response>> + Send {
                    async move {
                        let text = N::unpack();
                        let names = Names::Packed(text.as_str());
                        let right = Right::new(Kind::$kind, $all, names);
                        admit::<U>(parts, Check { rights: &[right], ..Check::default() }).await?;
                        Ok(Self { asked: PhantomData })
                    }
                }
            }

            #[diagnostic::do_not_recommend]
            impl<N: Text, U: Whose> Guard for $name<N, U> {
                type Whose = $whose<U>;

                fn describe(access: &mut Access) {
                    let text = N::unpack();
                    let names = Names::Packed(text.as_str());
                    Right::new(Kind::$kind, $all, names).note(access);
                    access.note_user(U::name());
                }
            }
        )*
    };
}

guards! {
    /// The guard of [`#[roles_required]`](crate::roles_required): a user with all of the roles.
    RolesRequired, Role, WithRoles, true;
    /// The guard of [`#[roles_accepted]`](crate::roles_accepted): a user with any of the roles.
    RolesAccepted, Role, WithRoles, false;
    /// The guard of [`#[permissions_required]`](crate::permissions_required): a user with all of
    /// the permissions.
    PermissionsRequired, Permission, WithPermissions, true;
    /// The guard of [`#[permissions_accepted]`](crate::permissions_accepted): a user with any of
    /// the permissions.
    PermissionsAccepted, Permission, WithPermissions, false;
}
