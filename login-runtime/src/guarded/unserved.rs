//! What the compiler says of a router that is used before it has its login managers.
//!
//! The implementations hold for no router: they are there for their bound, which has the words.

use std::{
    convert::Infallible,
    future::{Ready, ready},
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
pub trait WithLogin {
    type State;

    fn router(self) -> axum::Router<Self::State>;
}

impl<M, S, T> From<Router<M, S>> for axum::Router<T>
where
    Router<M, S>: WithLogin<State = T>,
{
    fn from(router: Router<M, S>) -> Self {
        router.router()
    }
}

// For whatever is served: a connection by `axum::serve`, a request by a test.
impl<Served, M, S> Service<Served> for Router<M, S>
where
    Self: WithLogin<State = ()>,
{
    type Response = axum::Router;
    type Error = Infallible;
    type Future = Ready<Result<axum::Router, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Served) -> Self::Future {
        ready(Ok(self.clone().router()))
    }
}
