//! The router that refuses undecided handlers.

use std::{convert::Infallible, fmt, marker::PhantomData};

use axum::{extract::Request, handler::Handler, response::IntoResponse, routing::Route};
use tower_layer::Layer;
use tower_service::Service;

use super::{
    AccessRow, AccessTable, GuardFirst, GuardedMethods, GuardedService, ManagedBy, Managers,
    method_router::Endpoint,
};
use crate::{guard::short_name, sealed::Seal};

/// A router that only takes handlers whose access has been decided; see the
/// [module](crate::guarded).
///
/// `M` stands for its login managers, `LoginManager<User>` or a tuple of several, and is inferred
/// from [`with_login`](Self::with_login). `S` is the state that is still missing.
#[must_use = "a guarded router becomes an axum router by `.with_login(..)`"]
pub struct Router<M, S = ()> {
    inner: axum::Router<S>,
    rows: Vec<AccessRow>,
    managers: PhantomData<fn() -> M>,
}

impl<M, S> Clone for Router<M, S> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            rows: self.rows.clone(),
            managers: PhantomData,
        }
    }
}

impl<M, S> fmt::Debug for Router<M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router")
            .field("routes", &self.rows.len())
            .finish_non_exhaustive()
    }
}

impl<M, S> Default for Router<M, S>
where
    S: Clone + Send + Sync + 'static,
{
    fn default() -> Self {
        Self::new()
    }
}

/// The paths of handlers that answer what no route does.
const FALLBACK: &str = "/{*fallback}";
const METHOD_NOT_ALLOWED: &str = "(method not allowed)";

impl<M, S> Router<M, S>
where
    S: Clone + Send + Sync + 'static,
{
    /// No routes yet.
    pub fn new() -> Self {
        Self {
            inner: axum::Router::new(),
            rows: Vec::new(),
            managers: PhantomData,
        }
    }

    fn note(&mut self, path: &str, endpoint: Endpoint) {
        self.rows.push(AccessRow {
            method: endpoint.method,
            path: path.to_owned(),
            access: endpoint.access,
            handler: endpoint.handler.to_owned(),
        });
    }

    /// Adds a path and its handlers.
    ///
    /// # Panics
    ///
    /// As axum's: where the path is not one, or is taken.
    #[track_caller]
    pub fn route(mut self, path: &str, methods: impl GuardedMethods<M, S>) -> Self {
        let methods = methods.methods(Seal);
        for endpoint in methods.endpoints {
            self.note(path, endpoint);
        }
        self.inner = self.inner.route(path, methods.inner);
        self
    }

    /// Adds a path and a service whose access is said explicitly.
    ///
    /// # Panics
    ///
    /// As axum's: where the path is not one, or is taken.
    #[track_caller]
    pub fn route_service<Svc, Whose, Ix>(
        mut self,
        path: &str,
        service: GuardedService<Svc, Whose>,
    ) -> Self
    where
        Whose: ManagedBy<M, Ix>,
        Svc: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        Svc::Response: IntoResponse,
        Svc::Future: Send + 'static,
    {
        self.note(path, of_service(&service));
        self.inner = self.inner.route_service(path, service.service);
        self
    }

    /// Puts a service below a path; its access is said explicitly.
    ///
    /// # Panics
    ///
    /// As axum's: where the path is not one, or is taken.
    #[track_caller]
    pub fn nest_service<Svc, Whose, Ix>(
        mut self,
        path: &str,
        service: GuardedService<Svc, Whose>,
    ) -> Self
    where
        Whose: ManagedBy<M, Ix>,
        Svc: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        Svc::Response: IntoResponse,
        Svc::Future: Send + 'static,
    {
        self.note(&below(path, "/{*rest}"), of_service(&service));
        self.inner = self.inner.nest_service(path, service.service);
        self
    }

    /// Puts a router below a path.
    ///
    /// # Panics
    ///
    /// As axum's: where the path is not one, or is taken.
    #[track_caller]
    pub fn nest(mut self, path: &str, router: Self) -> Self {
        let nested = router.rows.into_iter().map(|row| AccessRow {
            path: below(path, &row.path),
            ..row
        });
        self.rows.extend(nested);
        self.inner = self.inner.nest(path, router.inner);
        self
    }

    /// Takes over the routes of another router.
    ///
    /// # Panics
    ///
    /// As axum's: where both have the same route, or a fallback.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self.inner = self.inner.merge(other.inner);
        self
    }

    /// Answers requests that no route matches; without this they are answered with 404.
    pub fn fallback<H, T, Ix>(mut self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.note(FALLBACK, Endpoint::of::<H, T, M, Ix>("*"));
        self.inner = self.inner.fallback(handler);
        self
    }

    /// Answers requests whose path matches and whose method does not; without this they are
    /// answered with 405.
    pub fn method_not_allowed_fallback<H, T, Ix>(mut self, handler: H) -> Self
    where
        H: Handler<T, S> + GuardFirst<T, M, Ix>,
        T: 'static,
    {
        self.note(METHOD_NOT_ALLOWED, Endpoint::of::<H, T, M, Ix>("*"));
        self.inner = self.inner.method_not_allowed_fallback(handler);
        self
    }

    /// Puts a layer around all routes so far, and the fallback.
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

    /// Puts a layer around all routes so far, and not around the fallback.
    ///
    /// # Panics
    ///
    /// As axum's: where there are no routes yet.
    #[track_caller]
    pub fn route_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Route> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        self.inner = self.inner.route_layer(layer);
        self
    }

    /// Hands over the state of the handlers.
    pub fn with_state<S2>(self, state: S) -> Router<M, S2> {
        Router {
            inner: self.inner.with_state(state),
            rows: self.rows,
            managers: PhantomData,
        }
    }

    /// Every route with its method and what it asks for.
    pub fn access_table(&self) -> AccessTable {
        AccessTable::new(self.rows.clone())
    }

    /// Puts the login managers in front of everything, and gives the axum router.
    ///
    /// One manager, or a tuple of up to three: `.with_login((&users, &admins))`.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "they are references, or a tuple of them"
    )]
    pub fn with_login<Ms>(self, managers: Ms) -> axum::Router<S>
    where
        Ms: Managers<Of = M>,
    {
        managers
            .layers(Seal)
            .into_iter()
            .fold(self.inner, axum::Router::layer)
    }
}

fn of_service<Svc, Whose>(service: &GuardedService<Svc, Whose>) -> Endpoint {
    Endpoint {
        method: "*".to_owned(),
        access: service.access.clone(),
        handler: short_name(std::any::type_name::<Svc>()),
    }
}

/// The path of a route below another, as axum joins them.
fn below(prefix: &str, path: &str) -> String {
    match (prefix.strip_suffix('/'), path) {
        (_, METHOD_NOT_ALLOWED) => format!("{prefix} {path}"),
        (Some(prefix), _) => format!("{prefix}{path}"),
        (None, "/") => prefix.to_owned(),
        (None, _) => format!("{prefix}{path}"),
    }
}
