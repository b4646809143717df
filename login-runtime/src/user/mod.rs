//! What the library needs to know of a user.

pub(crate) mod all_names;
pub(crate) mod derive;
mod role;

use std::{any::Any, borrow::Cow, sync::Arc};

pub use role::UnknownRole;

/// What the library needs to know of a user.
///
/// Nearly always derived, with
/// [`#[derive(UserMixin)]`](https://docs.rs/login-macros), which reads the methods off the
/// struct's fields. By hand it looks like this:
///
/// ```
/// use std::borrow::Cow;
/// use login_runtime::UserMixin;
///
/// struct User {
///     name: String,
///     password_hash: String,
/// }
///
/// impl UserMixin for User {
///     const KIND: &'static str = "shop::User";
///
///     fn get_id(&self) -> String {
///         self.name.clone()
///     }
///
///     fn auth_hash(&self) -> Option<Cow<'_, [u8]>> {
///         Some(self.password_hash.as_bytes().into())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a user that can be logged in",
    label = "does not implement `UserMixin`",
    note = "put `#[derive(UserMixin)]` on `{Self}`, or implement `login_runtime::UserMixin` for it"
)]
pub trait UserMixin: Send + Sync + 'static {
    /// What tells the logins of these users from those of another type of user.
    ///
    /// The derive writes the type's module and name, or what `#[login(kind = "..")]` says. A login
    /// counts for users of its own kind alone; so when a type moves to another module or is renamed
    /// without keeping its kind, all its users are logged out.
    const KIND: &'static str;

    /// The user's id as text: unique, and the same for as long as the account exists.
    fn get_id(&self) -> String;

    /// Whether the account may be used. Asked on every request; by default always.
    fn is_active(&self) -> bool {
        true
    }

    /// Something that changes with the password, such as its hash.
    ///
    /// A keyed digest of it is kept with each login; once it differs, the login no longer counts.
    /// `None` gives up that a password change ends other logins.
    fn auth_hash(&self) -> Option<Cow<'_, [u8]>>;

    /// Whether the user has a role; `None` where these users have no roles at all. Users who have
    /// some are [`HasRoles`] as well.
    ///
    /// Roles that are kept in a table of their own are loaded by the user loader, together with
    /// the user: in one query, once per request, and a failing lookup is then a failing loader
    /// (503) and never looks like a missing right (403).
    fn has_role(&self, role: &str) -> Option<bool> {
        let _ = role;
        None
    }

    /// Whether the user has a permission; `None` where these users have no permissions at all.
    /// Users who have some are [`HasPermissions`] as well.
    fn has_permission(&self, permission: &str) -> Option<bool> {
        let _ = permission;
        None
    }

    /// The name of every role that there is; `None` where any text can be one, which is the default.
    ///
    /// The derive knows them where the roles are an enum that derives `Role`. A template that asks
    /// for another one is then told so.
    fn all_roles() -> Option<&'static [&'static str]> {
        None
    }

    /// The name of every permission that there is; `None` where any text can be one, which is the
    /// default. Known as those of [`all_roles`](Self::all_roles) are.
    fn all_permissions() -> Option<&'static [&'static str]> {
        None
    }
}

/// Users who have roles: what a guarded router asks of its users where a guard asks for a role.
///
/// The derive writes it for a user with a field `#[login(roles)]`. Whoever implements
/// [`UserMixin::has_role`] by hand implements this as well.
#[diagnostic::on_unimplemented(
    message = "a guard asks for roles, and `{Self}` has none",
    label = "the users of this router have no roles",
    note = "put `#[login(roles)]` on a field of `{Self}`, or implement `UserMixin::has_role` and \
            `login_runtime::HasRoles` for it"
)]
pub trait HasRoles: UserMixin {}

/// Users who have permissions: what a guarded router asks of its users where a guard asks for one.
///
/// The derive writes it for a user with a field `#[login(permissions)]`. Whoever implements
/// [`UserMixin::has_permission`] by hand implements this as well.
#[diagnostic::on_unimplemented(
    message = "a guard asks for permissions, and `{Self}` has none",
    label = "the users of this router have no permissions",
    note = "put `#[login(permissions)]` on a field of `{Self}`, or implement \
            `UserMixin::has_permission` and `login_runtime::HasPermissions` for it"
)]
pub trait HasPermissions: UserMixin {}

/// A user without its type, as the request keeps it.
pub(crate) trait AnyUser: Send + Sync {
    fn get_id(&self) -> String;
    fn is_active(&self) -> bool;
    fn auth_hash(&self) -> Option<Cow<'_, [u8]>>;
    fn has_role(&self, role: &str) -> Option<bool>;
    fn has_permission(&self, permission: &str) -> Option<bool>;
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<U: UserMixin> AnyUser for U {
    fn get_id(&self) -> String {
        UserMixin::get_id(self)
    }

    fn is_active(&self) -> bool {
        UserMixin::is_active(self)
    }

    fn auth_hash(&self) -> Option<Cow<'_, [u8]>> {
        UserMixin::auth_hash(self)
    }

    fn has_role(&self, role: &str) -> Option<bool> {
        UserMixin::has_role(self, role)
    }

    fn has_permission(&self, permission: &str) -> Option<bool> {
        UserMixin::has_permission(self, permission)
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}
