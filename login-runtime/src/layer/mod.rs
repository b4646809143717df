//! The tower layer that makes a manager known to the handlers below it.

mod commit;
mod headers;

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    http::{Request, Response},
};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    boxed::{BoxError, BoxFuture},
    realm::Realm,
    refusal,
    request::{Caller, LoginHandle},
};

/// Makes a login manager known to the handlers below it, and writes its cookies.
///
/// Made by [`LoginManager::layer`](crate::LoginManager::layer). On the way in it only puts a handle
/// into the request: nothing is read or awaited until somebody asks who is logged in. A `CatchPanic`
/// layer belongs inside of it (added to the router before it), so that a panic of a handler is
/// answered with 500 before the login is looked at.
#[derive(Clone)]
pub struct LoginLayer {
    realm: Arc<Realm>,
}

impl LoginLayer {
    pub(crate) fn new(realm: Arc<Realm>) -> Self {
        Self { realm }
    }
}

impl fmt::Debug for LoginLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginLayer")
            .field("realm", &self.realm.name)
            .finish_non_exhaustive()
    }
}

impl<Inner> Layer<Inner> for LoginLayer {
    type Service = LoginService<Inner>;

    fn layer(&self, inner: Inner) -> Self::Service {
        LoginService {
            inner,
            realm: Arc::clone(&self.realm),
        }
    }
}

/// The service of [`LoginLayer`].
#[derive(Clone)]
pub struct LoginService<Inner> {
    inner: Inner,
    realm: Arc<Realm>,
}

impl<Inner: fmt::Debug> fmt::Debug for LoginService<Inner> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl<Inner, B, Out> Service<Request<B>> for LoginService<Inner>
where
    Inner: Service<Request<B>, Response = Response<Out>>,
    Out: HttpBody<Data = Bytes> + Send + 'static,
    Out::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = Inner::Error;
    type Future = LoginFuture<Inner::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let outer = LoginHandle::innermost(request.extensions()).ok().cloned();
        let around = |handle: &LoginHandle| Arc::ptr_eq(&handle.realm, &self.realm);
        let namesake = |handle: &LoginHandle| handle.realm.name == self.realm.name;
        let twin = |handle: &LoginHandle| handle.realm.user_type == self.realm.user_type;
        let handle = match &outer {
            // The layer of one manager, added twice: the outer one does it all.
            Some(outer) if outer.chain().any(around) => None,
            Some(outer) if outer.chain().any(namesake) => {
                return LoginFuture::misuse(
                    "two login managers with the same realm are in front of this handler: give \
                     one of them a name with `.realm(..)`",
                );
            }
            Some(outer) if outer.chain().any(twin) => {
                return LoginFuture::misuse(
                    "two login managers for the same type of user are in front of this handler, \
                     so it cannot be told which of them is meant: give each a type of user of its own",
                );
            }
            _ => {
                let mut caller = None;
                if !self.realm.hooks.is_empty() {
                    let (parts, body) = request.into_parts();
                    caller = Some(Box::new(Caller::of(&parts, &self.realm.protection)));
                    request = Request::from_parts(parts, body);
                }
                let handle = LoginHandle::new(Arc::clone(&self.realm), outer, caller);
                request.extensions_mut().insert(handle.clone());
                Some(handle)
            }
        };
        LoginFuture {
            inner: Some(self.inner.call(request)),
            handle,
            commit: None,
        }
    }
}

pin_project_lite::pin_project! {
    /// The future of [`LoginService`].
    pub struct LoginFuture<F> {
        #[pin]
        inner: Option<F>,
        handle: Option<LoginHandle>,
        // Boxed, because only requests that log somebody in or confirm a login come here.
        commit: Option<BoxFuture<'static, Response<Body>>>,
    }
}

impl<F> LoginFuture<F> {
    fn misuse(what: &str) -> Self {
        let response = refusal::misuse(what);
        Self {
            inner: None,
            handle: None,
            commit: Some(Box::pin(async { response })),
        }
    }
}

impl<F> fmt::Debug for LoginFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginFuture").finish_non_exhaustive()
    }
}

impl<F, Out, E> Future for LoginFuture<F>
where
    F: Future<Output = Result<Response<Out>, E>>,
    Out: HttpBody<Data = Bytes> + Send + 'static,
    Out::Error: Into<BoxError>,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Some(inner) = this.inner.as_mut().as_pin_mut() {
            let mut response = ready!(inner.poll(cx))?.map(Body::new);
            this.inner.set(None);
            match this.handle.take() {
                Some(handle) if !commit::finish(&handle, &mut response) => {
                    *this.commit = Some(Box::pin(commit::commit(handle, response)));
                }
                _ => return Poll::Ready(Ok(response)),
            }
        }
        match this.commit {
            Some(commit) => commit.as_mut().poll(cx).map(Ok),
            None => Poll::Pending,
        }
    }
}
