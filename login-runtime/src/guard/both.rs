//! Two guards as one.

use axum::{
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};

use super::{Access, Guard};

/// Two guards, both of which have to let a request pass; the first is asked first.
///
/// Several guard attributes on a handler become one of these, nested where they are more than two. It
/// also joins a guard of the application's own with one of this crate:
/// `_: Both<LoginRequired, FromTheOffice>`.
///
/// A tuple of guards is no guard: combinators of handlers carry lists of their arguments about as
/// tuples, and such a list says nothing of what will be called.
#[derive(Debug)]
pub struct Both<A, B> {
    _first: A,
    _second: B,
}

#[cfg(feature = "testing")]
impl<A: Guard, B: Guard> Both<A, B> {
    /// Two guards that were made for a test, to call a handler from a unit test.
    pub fn for_test(first: A, second: B) -> Self {
        Self {
            _first: first,
            _second: second,
        }
    }
}

impl<S, A, B> FromRequestParts<S> for Both<A, B>
where
    S: Sync,
    A: Guard + FromRequestParts<S>,
    B: Guard + FromRequestParts<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let first = A::from_request_parts(parts, state).await;
        let first = first.map_err(IntoResponse::into_response)?;
        let second = B::from_request_parts(parts, state).await;
        let second = second.map_err(IntoResponse::into_response)?;
        Ok(Self {
            _first: first,
            _second: second,
        })
    }
}

#[diagnostic::do_not_recommend]
impl<A: Guard, B: Guard> Guard for Both<A, B> {
    type Whose = (A::Whose, B::Whose);

    fn describe(access: &mut Access) {
        access.join(Access::of::<A>());
        access.join(Access::of::<B>());
    }
}
