//! A login view of its own for a part of the application.

use std::{
    sync::Arc,
    task::{Context, Poll},
};

use axum::http::Request;
use tower_layer::Layer;
use tower_service::Service;

use crate::{build_error::BuildError, realm::RefusalSettings};

/// Sends the visitors of one router to a login view of its own (`blueprint_login_views`), or to none.
///
/// A layer for a nested router; the login manager's layer stays around the whole. Of several, the
/// innermost counts, and what it leaves open is as outside of it.
///
/// A view that is not one, such as `LoginView::new("")`, is an error in the log when the layer is
/// put on a router, and a 500 where somebody would be sent to it; [`check`](Self::check) tells a
/// program that would rather not start.
///
/// ```
/// use axum::{Router, routing::get};
/// use login_runtime::LoginView;
///
/// let shop: Router = Router::new()
///     .route("/orders", get(|| async { "orders" }))
///     .layer(LoginView::new("/shop/login").refresh_view("/shop/confirm"));
/// ```
/// A router of programs has no view to go to: everybody who is refused gets 401.
///
/// ```
/// # use axum::Router;
/// # use login_runtime::LoginView;
/// let api: Router = Router::new().layer(LoginView::none());
/// ```
#[derive(Clone, Debug)]
pub struct LoginView {
    views: ViewsHere,
}

/// The views in force for a request.
#[derive(Clone, Debug)]
pub(crate) struct ViewsHere {
    login: View,
    refresh: View,
    wrong: Option<Arc<BuildError>>,
}

#[derive(Clone, Debug)]
enum View {
    /// As it is outside.
    Open,
    Nowhere,
    At(Arc<str>),
}

impl View {
    fn or<'v>(&'v self, outside: Option<&'v str>) -> Option<&'v str> {
        match self {
            Self::Open => outside,
            Self::Nowhere => None,
            Self::At(view) => Some(view),
        }
    }

    fn or_view(&mut self, outside: &Self) {
        if let Self::Open = self {
            *self = outside.clone();
        }
    }
}

impl ViewsHere {
    pub(super) fn login<'v>(here: Option<&'v Self>, outside: Option<&'v str>) -> Option<&'v str> {
        here.map_or(outside, |here| here.login.or(outside))
    }

    pub(super) fn refresh<'v>(here: Option<&'v Self>, outside: Option<&'v str>) -> Option<&'v str> {
        here.map_or(outside, |here| here.refresh.or(outside))
    }

    pub(super) fn wrong(&self) -> Option<&BuildError> {
        self.wrong.as_deref()
    }
}

impl LoginView {
    /// The path that visitors without a login are sent to.
    pub fn new(login_view: impl Into<String>) -> Self {
        let mut view = Self {
            views: ViewsHere {
                login: View::Open,
                refresh: View::Open,
                wrong: None,
            },
        };
        view.views.login = view.checked("login_view", login_view.into());
        view
    }

    /// Sends no one anywhere, not even browsers: the answer is 401.
    pub fn none() -> Self {
        Self {
            views: ViewsHere {
                login: View::Nowhere,
                refresh: View::Nowhere,
                wrong: None,
            },
        }
    }

    /// The path that users are sent to whose login is not fresh.
    pub fn refresh_view(mut self, path: impl Into<String>) -> Self {
        self.views.refresh = self.checked("refresh_view", path.into());
        self
    }

    /// Whether visitors can be sent there, by the rule of
    /// [`LoginManagerBuilder::login_view`](crate::LoginManagerBuilder::login_view).
    ///
    /// # Errors
    ///
    /// [`BuildError::Address`]: a view is neither a path nor a URL.
    ///
    /// ```
    /// use login_runtime::LoginView;
    ///
    /// assert!(LoginView::new("/shop/login").check().is_ok());
    /// assert!(LoginView::new("shop/login").check().is_err());
    /// ```
    pub fn check(&self) -> Result<(), BuildError> {
        self.views
            .wrong()
            .map_or(Ok(()), |wrong| Err(wrong.clone()))
    }

    fn checked(&mut self, setting: &'static str, view: String) -> View {
        match RefusalSettings::check_view(setting, &view) {
            Ok(()) => View::At(view.into()),
            Err(wrong) => {
                self.views.wrong.get_or_insert(Arc::new(wrong));
                View::Nowhere
            }
        }
    }
}

impl<Inner> Layer<Inner> for LoginView {
    type Service = LoginViewService<Inner>;

    fn layer(&self, inner: Inner) -> Self::Service {
        if let Some(wrong) = self.views.wrong() {
            tracing::error!(target: "login_runtime", "{wrong}, in a `LoginView`");
        }
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
        let mut views = self.views.clone();
        if let Some(outside) = request.extensions().get::<ViewsHere>() {
            views.login.or_view(&outside.login);
            views.refresh.or_view(&outside.refresh);
        }
        request.extensions_mut().insert(views);
        self.inner.call(request)
    }
}
