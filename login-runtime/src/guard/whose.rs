//! Whose login a guard asks for.

use std::marker::PhantomData;

use axum::http::Extensions;

use crate::{
    request::{LoginHandle, NoHandle},
    user::UserMixin,
};

/// Any login, whatever the type of its user: for an application with one login manager.
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyLogin {}

/// No login at all: what [`Public`](super::Public) asks for.
#[derive(Debug)]
#[non_exhaustive]
pub enum NoLogin {}

/// The login of a user who has roles.
#[derive(Debug)]
pub struct WithRoles<W>(PhantomData<fn() -> W>);

/// The login of a user who has permissions.
#[derive(Debug)]
pub struct WithPermissions<W>(PhantomData<fn() -> W>);

/// Whose login a guard of this crate asks for: a type of user, or [`AnyLogin`].
///
/// Implemented for every [`UserMixin`] and for [`AnyLogin`], and for nothing else.
#[diagnostic::on_unimplemented(
    message = "a guard asks for the login of `{Self}`, which is not a user that can be logged in",
    label = "does not implement `UserMixin`",
    note = "put `#[derive(UserMixin)]` on `{Self}`, or implement `login_runtime::UserMixin` for it"
)]
pub trait Whose: sealed::Find {}

#[diagnostic::do_not_recommend]
impl<U: UserMixin> Whose for U {}

impl Whose for AnyLogin {}

pub(super) mod sealed {
    use axum::http::Extensions;

    /// The part of `Whose` that is the crate's own business.
    pub trait Find: Send + Sync + 'static {
        fn find(extensions: &Extensions) -> Result<super::Found<'_>, super::Missing>;
        fn name() -> Option<&'static str>;
    }
}

/// Hides the request's handle from the trait's signature.
#[expect(missing_debug_implementations, reason = "nobody else gets to see it")]
pub struct Found<'a>(&'a LoginHandle);

#[expect(missing_debug_implementations, reason = "nobody else gets to see it")]
pub struct Missing(NoHandle);

#[diagnostic::do_not_recommend]
impl<U: UserMixin> sealed::Find for U {
    fn find(extensions: &Extensions) -> Result<Found<'_>, Missing> {
        LoginHandle::of::<U>(extensions).map(Found).map_err(Missing)
    }

    fn name() -> Option<&'static str> {
        Some(short_name(std::any::type_name::<U>()))
    }
}

impl sealed::Find for AnyLogin {
    fn find(extensions: &Extensions) -> Result<Found<'_>, Missing> {
        LoginHandle::only(extensions).map(Found).map_err(Missing)
    }

    fn name() -> Option<&'static str> {
        None
    }
}

/// The name of a type or function without its path.
pub(crate) fn short_name(full: &'static str) -> &'static str {
    let path_end = full.find('<').unwrap_or(full.len());
    full[..path_end]
        .rfind("::")
        .map_or(full, |at| &full[at + 2..])
}

/// Finds the handle of the login that is asked for. A function pointer, for the layers, which know
/// whose login they ask for at run time only.
pub(crate) type Finder = fn(&Extensions) -> Result<LoginHandle, NoHandle>;

pub(crate) fn finder<U: Whose>() -> Finder {
    |extensions| match U::find(extensions) {
        Ok(Found(handle)) => Ok(handle.clone()),
        Err(Missing(why)) => Err(why),
    }
}
