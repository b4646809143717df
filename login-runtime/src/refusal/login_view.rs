//! A login view of its own for a part of the application.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use axum::http::Request;
use tower_layer::Layer;
use tower_service::Service;

/// Sends the visitors of one router to a login view of its own (`blueprint_login_views`).
///
/// A layer for a nested router; the login manager's layer stays around the whole.
///
/// ```
/// use axum::{Router, routing::get};
/// use login_runtime::LoginView;
///
/// let shop: Router = Router::new()
///     .route("/orders", get(|| async { "orders" }))
///     .layer(LoginView::new("/shop/login").refresh_view("/shop/confirm"));
/// ```
#[derive(Clone, Debug)]
pub struct LoginView {
    views: ViewsHere,
}

/// The views in force for a request.
#[derive(Clone, Debug)]
pub(crate) struct ViewsHere {
    pub(crate) login: Option<Arc<str>>,
    pub(crate) refresh: Option<Arc<str>>,
}

impl LoginView {
    /// The path that visitors without a login are sent to.
    pub fn new(login_view: impl Into<String>) -> Self {
        Self {
            views: ViewsHere {
                login: Some(login_view.into().into()),
                refresh: None,
            },
        }
    }

    /// The path that users are sent to whose login is not fresh.
    pub fn refresh_view(mut self, path: impl Into<String>) -> Self {
        self.views.refresh = Some(path.into().into());
        self
    }
}

impl<Inner> Layer<Inner> for LoginView {
    type Service = LoginViewService<Inner>;

    fn layer(&self, inner: Inner) -> Self::Service {
        LoginViewService {
            inner,
            views: self.views.clone(),
        }
    }
}

/// The service of [`LoginView`].
#[derive(Clone, Debug)]
pub struct LoginViewService<Inner> {
    inner: Inner,
    views: ViewsHere,
}

impl<Inner, B> Service<Request<B>> for LoginViewService<Inner>
where
    Inner: Service<Request<B>>,
{
    type Response = Inner::Response;
    type Error = Inner::Error;
    type Future = Inner::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        request.extensions_mut().insert(self.views.clone());
        self.inner.call(request)
    }
}
