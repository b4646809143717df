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

use super::{
    Access, AnyLogin, Check, Fresh,
    check::admit_by,
    rights::{Kind, Names, Right},
    whose::{Finder, finder, sealed::Find as _},
};
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
/// Put it inside of every login manager's layer: a manager inside of the layer has not been reached when
/// it refuses, so that an API key in the query, for that manager's request loader, would be kept in `next`.
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
#[must_use = "a layer guards what it is put around, by `.route_layer(..)`"]
pub struct LoginRequiredLayer<U = AnyLogin> {
    asked: Arc<Asked>,
    whose: PhantomData<fn() -> U>,
}

impl<U> Clone for LoginRequiredLayer<U> {
    fn clone(&self) -> Self {
        Self {
            asked: Arc::clone(&self.asked),
            whose: PhantomData,
        }
    }
}

/// What the layer asks for, for reading and as it is checked.
#[derive(Clone)]
struct Asked {
    access: Access,
    finder: Finder,
    via: Via,
    rights: Vec<(Kind, bool, Vec<String>)>,
}

impl<U> fmt::Debug for LoginRequiredLayer<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LoginRequiredLayer")
            .field(&self.asked.access.to_string())
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
        let access = Access {
            login: true,
            ..Access::default()
        };
        let asked = Asked {
            access,
            finder: finder::<AnyLogin>(),
            via: Via::Any,
            rights: Vec::new(),
        };
        Self {
            asked: Arc::new(asked),
            whose: PhantomData,
        }
    }
}

impl<U> LoginRequiredLayer<U> {
    fn edit(mut self, edit: impl FnOnce(&mut Asked)) -> Self {
        edit(Arc::make_mut(&mut self.asked));
        self
    }

    fn via(self, via: Via) -> Self {
        self.edit(|asked| {
            asked.via = via;
            asked.access.via = via.name();
        })
    }

    /// Asks for the login of this type of user, where there are several login managers.
    pub fn user<V: UserMixin>(self) -> LoginRequiredLayer<V> {
        let edited = self.edit(|asked| {
            asked.finder = finder::<V>();
            asked.access.user = V::name().map(str::to_owned);
        });
        LoginRequiredLayer {
            asked: edited.asked,
            whose: PhantomData,
        }
    }

    /// Asks for a fresh login, by the manager's setting.
    pub fn fresh(self) -> Self {
        self.edit(|asked| asked.access.fresh = Some(Fresh::Default))
    }

    /// Asks for a login whose password was entered within so long, at least 1 second.
    pub fn fresh_within(self, duration: Duration) -> Self {
        let within = seconds(duration).max(1).unsigned_abs();
        self.edit(|asked| asked.access.fresh = Some(Fresh::Within(within)))
    }

    /// Accepts the session and remember cookies alone, and no credential of a request loader.
    pub fn via_session(self) -> Self {
        self.via(Via::Session)
    }

    /// Accepts the credentials of request loaders alone, and no cookie.
    pub fn via_request(self) -> Self {
        self.via(Via::Request)
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
        let names = names.into_iter().map(|name| name.as_ref().to_owned());
        let names: Vec<String> = names.collect();
        self.edit(|asked| {
            let listed = Names::Listed(&names);
            Right::new(kind, all, listed).note(&mut asked.access);
            asked.rights.push((kind, all, names));
        })
    }

    /// What the layer asks for, as the access table shows it.
    pub fn access(&self) -> Access {
        self.asked.access.clone()
    }
}

impl<Inner, U> Layer<Inner> for LoginRequiredLayer<U> {
    type Service = LoginRequiredService<Inner>;

    fn layer(&self, inner: Inner) -> Self::Service {
        LoginRequiredService {
            inner,
            asked: Arc::clone(&self.asked),
        }
    }
}

/// The service of [`LoginRequiredLayer`].
#[derive(Clone)]
pub struct LoginRequiredService<Inner> {
    inner: Inner,
    asked: Arc<Asked>,
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
        let asked = Arc::clone(&self.asked);
        let answer = async move {
            let (mut parts, body) = request.into_parts();
            let handle = match (asked.finder)(&parts.extensions) {
                Ok(handle) => handle,
                Err(why) => return Ok(refusal::no_handle(why)),
            };
            let rights = asked.rights.iter();
            let rights =
                rights.map(|(kind, all, names)| Right::new(*kind, *all, Names::Listed(names)));
            let rights: Vec<_> = rights.collect();
            let check = Check {
                fresh: asked.access.fresh,
                via: asked.via,
                rights: &rights,
            };
            if let Err(refused) = admit_by(&handle, &mut parts, check).await {
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
