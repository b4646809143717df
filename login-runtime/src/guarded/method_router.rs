//! The handlers of one path, by method.

use std::{convert::Infallible, fmt, marker::PhantomData};

use axum::{
    extract::Request,
    handler::Handler,
    response::IntoResponse,
    routing::{self, MethodFilter, Route},
};
use tower_layer::Layer;
use tower_service::Service;

use super::GuardFirst;
use crate::{guard::Access, sealed::Seal};

/// The handlers of one path, each with a guard; mirrors axum's
/// [`MethodRouter`](axum::routing::MethodRouter).
///
/// `M` stands for the login managers of the router, `S` for its state.
pub struct MethodRouter<M, S = ()> {
    pub(super) inner: routing::MethodRouter<S>,
    pub(super) endpoints: Vec<Endpoint>,
    managers: PhantomData<fn() -> M>,
}

/// The handlers of a path, as a guarded router takes them: a [`MethodRouter`].
#[diagnostic::on_unimplemented(
    message = "a guarded router takes the functions of `login_runtime::guarded`, and this is `{Self}`",
    label = "not made by `login_runtime::guarded::get` or another function of that module",
    note = "write `use login_runtime::guarded::get` instead of `use axum::routing::get`"
)]
pub trait GuardedMethods<M, S> {
    #[doc(hidden)]
    fn methods(self, _: Seal) -> MethodRouter<M, S>;
}

#[diagnostic::do_not_recommend]
impl<M, S> GuardedMethods<M, S> for MethodRouter<M, S> {
    fn methods(self, _: Seal) -> Self {
        self
    }
}

/// A handler of a path that is not known yet.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) method: String,
    pub(super) access: Access,
    pub(super) handler: &'static str,
}

impl Endpoint {
    pub(super) fn of<H, T, M, Ix>(method: impl Into<String>) -> Self
    where
        H: GuardFirst<T, M, Ix>,
    {
        Self {
            method: method.into(),
            access: Access::of::<H::Guard>(),
            handler: H::name(Seal),
        }
    }
}

impl<M, S: Clone> Clone for MethodRouter<M, S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            endpoints: self.endpoints.clone(),
            managers: PhantomData,
        }
    }
}

impl<M, S> fmt::Debug for MethodRouter<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MethodRouter")
            .field("endpoints", &self.endpoints)
            .finish_non_exhaustive()
    }
}

impl<M, S> Default for MethodRouter<M, S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

const FILTERS: [(MethodFilter, &str); 9] = [
    (MethodFilter::GET, "GET"),
    (MethodFilter::POST, "POST"),
    (MethodFilter::PUT, "PUT"),
    (MethodFilter::PATCH, "PATCH"),
    (MethodFilter::DELETE, "DELETE"),
    (MethodFilter::HEAD, "HEAD"),
    (MethodFilter::OPTIONS, "OPTIONS"),
    (MethodFilter::TRACE, "TRACE"),
    (MethodFilter::CONNECT, "CONNECT"),
];

impl<M, S> MethodRouter<M, S>
where
    S: Clone + Send + Sync + 'static,
{
    /// No handlers yet: every request is answered with 405.
    pub fn new() -> Self {
        Self {
            inner: routing::MethodRouter::new(),
            endpoints: Vec::new(),
            managers: PhantomData,
        }
    }

    pub(super) fn any<H, T, Ix>(handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        Self {
            inner: routing::any(handler),
            endpoints: vec![Endpoint::of::<H, T, M, Ix>("*")],
            managers: PhantomData,
        }
    }

    /// Routes `GET` requests as well, to a handler with a guard.
    pub fn get<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::GET, handler)
    }

    /// Routes `POST` requests as well, to a handler with a guard.
    pub fn post<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::POST, handler)
    }

    /// Routes `PUT` requests as well, to a handler with a guard.
    pub fn put<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::PUT, handler)
    }

    /// Routes `PATCH` requests as well, to a handler with a guard.
    pub fn patch<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::PATCH, handler)
    }

    /// Routes `DELETE` requests as well, to a handler with a guard.
    pub fn delete<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::DELETE, handler)
    }

    /// Routes `HEAD` requests as well, to a handler with a guard.
    pub fn head<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::HEAD, handler)
    }

    /// Routes `OPTIONS` requests as well, to a handler with a guard.
    pub fn options<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::OPTIONS, handler)
    }

    /// Routes `TRACE` requests as well, to a handler with a guard.
    pub fn trace<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::TRACE, handler)
    }

    /// Routes `CONNECT` requests as well, to a handler with a guard.
    pub fn connect<H, T, Ix>(self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.on(MethodFilter::CONNECT, handler)
    }

    /// Routes requests of these methods as well, to a handler with a guard.
    pub fn on<H, T, Ix>(mut self, filter: MethodFilter, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        // Of a set of methods, those without which it would be another set.
        let among = FILTERS.iter().filter(|(one, _)| filter.or(*one) == filter);
        for (_, method) in among {
            self.endpoints.push(Endpoint::of::<H, T, M, Ix>(*method));
        }
        self.inner = self.inner.on(filter, handler);
        self
    }

    /// Answers requests of all other methods with a handler that has a guard.
    pub fn fallback<H, T, Ix>(mut self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.endpoints.push(Endpoint::of::<H, T, M, Ix>("*"));
        self.inner = self.inner.fallback(handler);
        self
    }

    /// Puts a layer around the handlers.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.inner = self.inner.layer(layer);
        self
    }

    /// Puts a layer around the handlers that match, and not around the answer 405.
    pub fn route_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.inner = self.inner.route_layer(layer);
        self
    }
}
