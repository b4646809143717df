//! What the compiler says of a router that is used before it has its login managers.
//!
//! The implementations hold for no router: they are there for their bound, which has the words.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    marker::PhantomData,
    task::{Context, Poll},
};

use tower_service::Service;

use super::Router;

/// Never holds.
#[diagnostic::on_unimplemented(
    message = "this guarded router has no login managers yet, so it cannot be served or put into \
               another router",
    label = "`.with_login(..)` is missing",
    note = "call `.with_login(&login_manager)`, which makes an axum router of it"
)]
pub trait WithLogin<M, S, T> {
    fn router(router: Router<M, S>) -> axum::Router<T>;
}

/// The router under another type: of a bound on the router itself the compiler would not speak, but of
/// the trait that is asked for.
#[expect(missing_debug_implementations, reason = "nobody else gets to see it")]
pub struct Unserved<M, S>(PhantomData<fn() -> (M, S)>);

impl<M, S, T> From<Router<M, S>> for axum::Router<T>
where
    Unserved<M, S>: WithLogin<M, S, T>,
{
    fn from(router: Router<M, S>) -> Self {
        Unserved::router(router)
    }
}

// For whatever is served: a connection by `axum::serve`, a request by a test.
impl<Served, M, S> Service<Served> for Router<M, S>
where
    Unserved<M, S>: WithLogin<M, S, ()>,
{
    type Response = axum::Router;
    type Error = Infallible;
    type Future = Ready<Result<axum::Router, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Served) -> Self::Future {
        ready(Ok(Unserved::router(self.clone())))
    }
}
