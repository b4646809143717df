//! The guard that lets everybody pass.

use std::{convert::Infallible, future};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{Access, Guard, NoLogin};

/// The guard of [`#[public]`](crate::public): everybody passes, and that was decided.
#[derive(Debug)]
pub struct Public(());

#[cfg(feature = "testing")]
impl Public {
    /// A guard to call a handler from a unit test.
    pub fn for_test() -> Self {
        Self(())
    }
}

impl<S> FromRequestParts<S> for Public {
    type Rejection = Infallible;

    fn from_request_parts(
        _: &mut Parts,
        _: &S,
    ) -> impl Future<Output = Result<Self, Infallible>> + Send {
        future::ready(Ok(Self(())))
    }
}

#[diagnostic::do_not_recommend]
impl Guard for Public {
    type Whose = NoLogin;

    fn describe(_: &mut Access) {}
}
