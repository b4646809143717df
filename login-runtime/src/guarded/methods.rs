//! A path's first handler, by method; mirrors the functions of `axum::routing`.
//!
//! Written out, because the compiler shows the bound that a handler does not meet where it stands.

use axum::{handler::Handler, routing::MethodFilter};

use super::{GuardFirst, MethodRouter};

/// Routes `GET` requests, and so `HEAD` requests, to a handler with a guard.
pub fn get<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().get(handler)
}

/// Routes `POST` requests to a handler with a guard.
pub fn post<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().post(handler)
}

/// Routes `PUT` requests to a handler with a guard.
pub fn put<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().put(handler)
}

/// Routes `PATCH` requests to a handler with a guard.
pub fn patch<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().patch(handler)
}

/// Routes `DELETE` requests to a handler with a guard.
pub fn delete<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().delete(handler)
}

/// Routes `HEAD` requests to a handler with a guard.
pub fn head<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().head(handler)
}

/// Routes `OPTIONS` requests to a handler with a guard.
pub fn options<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().options(handler)
}

/// Routes `TRACE` requests to a handler with a guard.
pub fn trace<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().trace(handler)
}

/// Routes `CONNECT` requests to a handler with a guard.
pub fn connect<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().connect(handler)
}

/// Routes requests of any method to a handler with a guard.
pub fn any<H, T, S, M, Ix>(handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::any(handler)
}

/// Routes requests of these methods to a handler with a guard.
pub fn on<H, T, S, M, Ix>(filter: MethodFilter, handler: H) -> MethodRouter<M, S>
where
    H: Handler<T, S> + GuardFirst<T, M, Ix>,
    T: 'static,
    S: Clone + Send + Sync + 'static,
{
    MethodRouter::new().on(filter, handler)
}
