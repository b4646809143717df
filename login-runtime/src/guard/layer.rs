//! A guard in front of a whole router or service.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{Request, Response},
};
use tower_layer::Layer;
use tower_service::Service;

use super::{Access, Anyone, Finder, Fresh, Kind, Need, Right, Whose, admit_by, finder};
use crate::{
    boxed::{BoxError, BoxFuture},
    clock::seconds,
    refusal,
    request::Via,
    user::UserMixin,
};

/// Puts a guard in front of everything in a router, or of a service that is not a handler.
///
/// For `Router::route_layer`, `ServeDir`, and other services. It refuses just as
/// [`#[login_required]`](crate::login_required) does, before the service is called. The login
/// manager's layer has to be around it, that is, added to the router after it.
///
/// ```
/// use axum::{Router, routing::get};
/// use login_runtime::LoginRequiredLayer;
///
/// let admin: Router = Router::new()
///     .route("/users", get(|| async { "users" }))
///     .route("/logs", get(|| async { "logs" }))
///     .route_layer(LoginRequiredLayer::new().fresh().roles_required(["admin"]));
/// ```
pub struct LoginRequiredLayer<U = Anyone> {
    demand: Arc<Demand>,
    whose: PhantomData<fn() -> U>,
}

impl<U> Clone for LoginRequiredLayer<U> {
    fn clone(&self) -> Self {
        Self {
            demand: Arc::clone(&self.demand),
            whose: PhantomData,
        }
    }
}

/// What the layer asks for, as it is kept.
#[derive(Clone)]
struct Demand {
    finder: Finder,
    fresh: Option<u64>,
    via: Via,
    rights: Vec<(Kind, bool, String)>,
    user: Option<&'static str>,
}

impl<U> fmt::Debug for LoginRequiredLayer<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LoginRequiredLayer")
            .field(&self.demand.access().to_string())
            .finish()
    }
}

impl Default for LoginRequiredLayer {
    fn default() -> Self {
        Self::new()
    }
}

impl LoginRequiredLayer {
    /// Asks for a login.
    pub fn new() -> Self {
        let demand = Demand {
            finder: finder::<Anyone>(),
            fresh: None,
            via: Via::Any,
            rights: Vec::new(),
            user: None,
        };
        Self {
            demand: Arc::new(demand),
            whose: PhantomData,
        }
    }
}

impl<U> LoginRequiredLayer<U> {
    fn edit(mut self, edit: impl FnOnce(&mut Demand)) -> Self {
        edit(Arc::make_mut(&mut self.demand));
        self
    }

    /// Asks for the login of this type of user, where there are several login managers.
    pub fn user<V: UserMixin>(self) -> LoginRequiredLayer<V> {
        let edited = self.edit(|demand| {
            demand.finder = finder::<V>();
            demand.user = <V as Whose>::name();
        });
        LoginRequiredLayer {
            demand: edited.demand,
            whose: PhantomData,
        }
    }

    /// Asks for a fresh login, by the manager's setting.
    pub fn fresh(self) -> Self {
        self.edit(|demand| demand.fresh = Some(0))
    }

    /// Asks for a login whose password was entered within so long, at least 1 second.
    pub fn fresh_within(self, duration: Duration) -> Self {
        self.edit(|demand| demand.fresh = Some(seconds(duration).max(1).unsigned_abs()))
    }

    /// Accepts the session and remember cookies alone, and no credential of a request loader.
    pub fn via_session(self) -> Self {
        self.edit(|demand| demand.via = Via::Session)
    }

    /// Accepts the credentials of request loaders alone, and no cookie.
    pub fn via_request(self) -> Self {
        self.edit(|demand| demand.via = Via::Request)
    }

    /// Asks for all of these roles.
    pub fn roles_required<R: AsRef<str>>(self, roles: impl IntoIterator<Item = R>) -> Self {
        self.right(Kind::Role, true, roles)
    }

    /// Asks for any of these roles.
    pub fn roles_accepted<R: AsRef<str>>(self, roles: impl IntoIterator<Item = R>) -> Self {
        self.right(Kind::Role, false, roles)
    }

    /// Asks for all of these permissions.
    pub fn permissions_required<P: AsRef<str>>(
        self,
        permissions: impl IntoIterator<Item = P>,
    ) -> Self {
        self.right(Kind::Permission, true, permissions)
    }

    /// Asks for any of these permissions.
    pub fn permissions_accepted<P: AsRef<str>>(
        self,
        permissions: impl IntoIterator<Item = P>,
    ) -> Self {
        self.right(Kind::Permission, false, permissions)
    }

    fn right<N: AsRef<str>>(
        self,
        kind: Kind,
        all: bool,
        names: impl IntoIterator<Item = N>,
    ) -> Self {
        let names: Vec<_> = names
            .into_iter()
            .map(|name| name.as_ref().to_owned())
            .collect();
        self.edit(|demand| demand.rights.push((kind, all, names.join("\n"))))
    }

    /// What the layer asks for, as the access table shows it.
    pub fn access(&self) -> Access {
        self.demand.access()
    }
}

impl Demand {
    fn access(&self) -> Access {
        let mut access = Access {
            login: true,
            user: self.user.map(str::to_owned),
            via: self.via.name(),
            ..Access::default()
        };
        access.fresh = self.fresh.map(|within| match within {
            0 => Fresh::Default,
            seconds => Fresh::Within(seconds),
        });
        self.rights()
            .iter()
            .for_each(|right| right.note(&mut access));
        access
    }

    fn rights(&self) -> Vec<Right<'_>> {
        self.rights
            .iter()
            .map(|(kind, all, names)| Right {
                kind: *kind,
                all: *all,
                names,
            })
            .collect()
    }
}

impl<Inner, U> Layer<Inner> for LoginRequiredLayer<U> {
    type Service = LoginRequiredService<Inner>;

    fn layer(&self, inner: Inner) -> Self::Service {
        LoginRequiredService {
            inner,
            demand: Arc::clone(&self.demand),
        }
    }
}

/// The service of [`LoginRequiredLayer`].
#[derive(Clone)]
pub struct LoginRequiredService<Inner> {
    inner: Inner,
    demand: Arc<Demand>,
}

impl<Inner: fmt::Debug> fmt::Debug for LoginRequiredService<Inner> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginRequiredService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl<Inner, B, Out> Service<Request<B>> for LoginRequiredService<Inner>
where
    Inner: Service<Request<B>, Response = Response<Out>> + Clone + Send + 'static,
    Inner::Future: Send,
    B: Send + 'static,
    Out: HttpBody<Data = Bytes> + Send + 'static,
    Out::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Inner::Error;
    type Future = LoginRequiredFuture<Self::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that was polled ready is the one to be called.
        let fresh = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, fresh);
        let demand = Arc::clone(&self.demand);
        let answer = async move {
            let (mut parts, body) = request.into_parts();
            let handle = match (demand.finder)(&parts.extensions) {
                Ok(handle) => handle,
                Err(why) => return Ok(refusal::no_handle(why)),
            };
            let rights = demand.rights();
            let need = Need {
                fresh: demand.fresh,
                via: demand.via,
                rights: &rights,
            };
            if let Err(refused) = admit_by(&handle, &mut parts, need).await {
                return Ok(refused);
            }
            Ok(inner
                .call(Request::from_parts(parts, body))
                .await?
                .map(Body::new))
        };
        LoginRequiredFuture {
            answer: Box::pin(answer),
        }
    }
}

/// The future of [`LoginRequiredService`].
pub struct LoginRequiredFuture<E> {
    answer: BoxFuture<'static, Result<Response<Body>, E>>,
}

impl<E> fmt::Debug for LoginRequiredFuture<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginRequiredFuture")
            .finish_non_exhaustive()
    }
}

impl<E> Future for LoginRequiredFuture<E> {
    type Output = Result<Response<Body>, E>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.answer.as_mut().poll(cx)
    }
}
