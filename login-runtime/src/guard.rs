//! The guards, as extractors: what the attributes put in front of a handler's arguments.

use std::{fmt, marker::PhantomData};

use axum::{
    extract::FromRequestParts,
    http::{Extensions, Method, request::Parts},
    response::Response,
};

use crate::{
    refusal::{self, Refused},
    request::{By, Known, LoginHandle, NoHandle},
    user::UserMixin,
};

/// Any user, for a guard in an application with one login manager.
#[derive(Debug)]
pub enum Anyone {}

/// Whose login a guard asks for: a type of user, or [`Anyone`].
pub trait Whose: Send + Sync + 'static {
    #[doc(hidden)]
    fn find(extensions: &Extensions) -> Result<Found<'_>, Missing>;
}

/// Hides the request's handle from the trait's signature.
#[doc(hidden)]
pub struct Found<'a>(&'a LoginHandle);

#[doc(hidden)]
pub struct Missing(NoHandle);

impl<U: UserMixin> Whose for U {
    fn find(extensions: &Extensions) -> Result<Found<'_>, Missing> {
        LoginHandle::of::<U>(extensions).map(Found).map_err(Missing)
    }
}

impl Whose for Anyone {
    fn find(extensions: &Extensions) -> Result<Found<'_>, Missing> {
        LoginHandle::only(extensions).map(Found).map_err(Missing)
    }
}

/// The guard of [`#[login_required]`](crate::login_required).
///
/// Whoever holds one came from a request with a login. Its field is private, so that nobody else
/// can make one; tests make them with `LoginRequired::for_test`.
pub struct LoginRequired<U = Anyone> {
    whose: PhantomData<fn() -> U>,
}

/// The guard of [`#[fresh_login_required]`](crate::fresh_login_required).
///
/// `WITHIN` is in seconds; 0 stands for the manager's
/// [`fresh_for`](crate::LoginManagerBuilder::fresh_for).
pub struct FreshLoginRequired<const WITHIN: u64 = 0, U = Anyone> {
    whose: PhantomData<fn() -> U>,
}

impl<U> fmt::Debug for LoginRequired<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginRequired")
    }
}

impl<const WITHIN: u64, U> fmt::Debug for FreshLoginRequired<WITHIN, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreshLoginRequired")
    }
}

#[cfg(feature = "testing")]
impl<U> LoginRequired<U> {
    /// A guard that nothing stands behind, to call a handler from a unit test.
    pub fn for_test() -> Self {
        Self { whose: PhantomData }
    }
}

#[cfg(feature = "testing")]
impl<const WITHIN: u64, U> FreshLoginRequired<WITHIN, U> {
    /// A guard that nothing stands behind, to call a handler from a unit test.
    pub fn for_test() -> Self {
        Self { whose: PhantomData }
    }
}

impl<S: Send + Sync, U: Whose> FromRequestParts<S> for LoginRequired<U> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        admit::<U>(parts, None).await?;
        Ok(Self { whose: PhantomData })
    }
}

impl<const WITHIN: u64, S, U> FromRequestParts<S> for FreshLoginRequired<WITHIN, U>
where
    S: Send + Sync,
    U: Whose,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        admit::<U>(parts, Some(WITHIN)).await?;
        Ok(Self { whose: PhantomData })
    }
}

/// Lets a request pass that comes from a user, and from a fresh login where that is asked for.
async fn admit<U: Whose>(parts: &mut Parts, fresh_within: Option<u64>) -> Result<(), Response> {
    let found = U::find(&parts.extensions);
    let handle = found.map_err(|Missing(why)| refusal::no_handle(why))?.0.clone();
    admit_by(&handle, parts, fresh_within).await
}

// Apart from the generic function, so that it is compiled once.
async fn admit_by(
    handle: &LoginHandle,
    parts: &mut Parts,
    fresh_within: Option<u64>,
) -> Result<(), Response> {
    let known = handle.user(parts).await.map_err(|failure| refusal::failed(failure, parts))?;
    let why = match (known, fresh_within) {
        (None, _) => Refused::Unauthorized,
        (Some(_), None) => return Ok(()),
        (Some(known), Some(within)) => {
            if is_fresh(handle, &known, within) {
                return Ok(());
            }
            Refused::NeedsRefresh
        }
    };
    if parts.method == Method::OPTIONS {
        return Err(refusal::options());
    }
    Err(refusal::refuse(handle, parts, why).await)
}

/// Whether the user came by a login that is fresh; what a request loader found never is.
fn is_fresh(handle: &LoginHandle, known: &Known, within: u64) -> bool {
    let within = (within > 0).then(|| i64::try_from(within).unwrap_or(i64::MAX));
    let current = handle.state().record.known().cloned().flatten();
    known.by != By::Request && current.is_some_and(|current| handle.is_fresh(&current, within))
}
