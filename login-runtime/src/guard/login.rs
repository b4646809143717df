//! The guards that ask for a login.

use std::{fmt, marker::PhantomData};

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};

use super::{Access, AnyLogin, Check, Fresh, Guard, Whose, admit};
use crate::request::Via;

/// The guard of [`#[login_required]`](crate::login_required).
///
/// Whoever holds one came from a request with a login. Its field is private, so that nobody else
/// can make one; tests make them with `LoginRequired::for_test`. `VIA` is 0 for any way, 1 for the
/// session or remember cookie, 2 for a request loader.
pub struct LoginRequired<U: Whose = AnyLogin, const VIA: u8 = 0> {
    whose: PhantomData<fn() -> U>,
}

/// The guard of [`#[fresh_login_required]`](crate::fresh_login_required).
///
/// `WITHIN` is in seconds; 0 stands for the manager's
/// [`fresh_for`](crate::LoginManagerBuilder::fresh_for).
pub struct FreshLoginRequired<const WITHIN: u64 = 0, U: Whose = AnyLogin> {
    whose: PhantomData<fn() -> U>,
}

impl<U: Whose, const VIA: u8> fmt::Debug for LoginRequired<U, VIA> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginRequired")
    }
}

impl<const WITHIN: u64, U: Whose> fmt::Debug for FreshLoginRequired<WITHIN, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FreshLoginRequired")
    }
}

#[cfg(feature = "testing")]
impl<U: Whose, const VIA: u8> LoginRequired<U, VIA> {
    /// A guard that nothing stands behind, to call a handler from a unit test.
    pub fn for_test() -> Self {
        Self { whose: PhantomData }
    }
}

#[cfg(feature = "testing")]
impl<const WITHIN: u64, U: Whose> FreshLoginRequired<WITHIN, U> {
    /// A guard that nothing stands behind, to call a handler from a unit test.
    pub fn for_test() -> Self {
        Self { whose: PhantomData }
    }
}

impl<S, U: Whose, const VIA: u8> FromRequestParts<S> for LoginRequired<U, VIA> {
    type Rejection = Response;

    fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> impl Future<Output = Result<Self, Response>> + Send {
        let check = Check {
            via: Via::of(VIA),
            ..Check::default()
        };
        async move {
            admit::<U>(parts, check).await?;
            Ok(Self { whose: PhantomData })
        }
    }
}

impl<const WITHIN: u64, S, U: Whose> FromRequestParts<S> for FreshLoginRequired<WITHIN, U> {
    type Rejection = Response;

    fn from_request_parts(
        parts: &mut Parts,
        _: &S,
    ) -> impl Future<Output = Result<Self, Response>> + Send {
        let check = Check {
            fresh: Some(Fresh::within(WITHIN)),
            ..Check::default()
        };
        async move {
            admit::<U>(parts, check).await?;
            Ok(Self { whose: PhantomData })
        }
    }
}

#[diagnostic::do_not_recommend]
impl<U: Whose, const VIA: u8> Guard for LoginRequired<U, VIA> {
    type Whose = U;

    fn describe(access: &mut Access) {
        access.login = true;
        access.note_user(U::name());
        access.via = Via::of(VIA).name().or(access.via);
    }
}

#[diagnostic::do_not_recommend]
impl<const WITHIN: u64, U: Whose> Guard for FreshLoginRequired<WITHIN, U> {
    type Whose = U;

    fn describe(access: &mut Access) {
        access.login = true;
        access.note_user(U::name());
        access.fresh = Some(Fresh::within(WITHIN));
    }
}
