//! What the library needs to know of a user.

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
    /// The user's id as text: unique, and the same for as long as the account exists.
    fn get_id(&self) -> String;

    /// Whether the account may be used. Asked on every request; by default always.
    fn is_active(&self) -> bool {
        true
    }

    /// Whether this is somebody who proved who they are; always, for a user that a loader found.
    fn is_authenticated(&self) -> bool {
        true
    }

    /// Whether this stands for a visitor without a login; never, for a user that a loader found.
    fn is_anonymous(&self) -> bool {
        false
    }

    /// Something that changes with the password, such as its hash.
    ///
    /// A keyed digest of it is kept with each login; once it differs, the login no longer counts.
    /// `None` gives up that a password change ends other logins.
    fn auth_hash(&self) -> Option<Cow<'_, [u8]>>;

    /// Whether the user has a role; `None` where these users have no roles at all.
    ///
    /// Roles that are kept in a table of their own are loaded by the user loader, together with
    /// the user: in one query, once per request, and a failing lookup is then a failing loader
    /// (503) and never looks like a missing right (403).
    fn has_role(&self, role: &str) -> Option<bool> {
        let _ = role;
        None
    }

    /// Whether the user has a permission; `None` where these users have no permissions at all.
    fn has_permission(&self, permission: &str) -> Option<bool> {
        let _ = permission;
        None
    }
}

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
