//! The builder of a manager: every setting, its default, and the checks among them.

use std::{fmt, marker::PhantomData, net::IpAddr, sync::Arc, time::Duration};

use axum::{handler::Handler, http::request::Parts};

use super::settings::{Pending, Settings};
use crate::{
    clock::{Clock, seconds},
    cookie::CookieOptions,
    crypto::SecretKey,
    event::LoginEvent,
    loader::{
        AnyRequestLoader, AnyUserLoader, RequestLoader, UserLoader, bind_request_loader,
        bind_user_loader,
    },
    login::Limits,
    realm::{BoxedHandler, SessionProtection},
    sealed::Seal,
    store::LoginStore,
    user::UserMixin,
};

/// The settings of a [`LoginManager`](super::LoginManager) in the making.
///
/// Begun with [`LoginManager::builder`](super::LoginManager::builder). The type `S` is the state
/// that loaders and handlers take from [`State`](axum::extract::State);
/// [`with_state`](Self::with_state) hands it over, and [`build`](Self::build) is there once none is
/// missing.
///
/// ```
/// use std::time::Duration;
/// use login_runtime::{LoginManager, SecretKey, SessionProtection, UserMixin, store::MemoryStore, user_loader};
///
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User { id: u32 }
/// # #[user_loader]
/// # async fn load_user(id: u32) -> Option<User> { Some(User { id }) }
/// let login_manager = LoginManager::builder(load_user, MemoryStore::new())
///     .secret_key(SecretKey::generate()?)
///     .login_view("/login")
///     .refresh_view("/confirm")
///     .session_protection(SessionProtection::Strong)
///     .idle_timeout(Duration::from_secs(30 * 60))
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Defaults
///
/// | setting | default |
/// |---|---|
/// | [`secret_key`](Self::secret_key) | none: required |
/// | [`realm`](Self::realm) | `login` |
/// | [`login_view`](Self::login_view), [`refresh_view`](Self::refresh_view) | none: 401 |
/// | [`login_message`](Self::login_message) | `Please log in to access this page.` |
/// | [`needs_refresh_message`](Self::needs_refresh_message) | `Please reauthenticate to access this page.` |
/// | the category of both | `message` |
/// | [`theft_message`](Self::theft_message) | says what happened and asks for a new password; category `warning` |
/// | [`localize_callback`](Self::localize_callback) | none: the messages stay as they are |
/// | [`unauthorized_handler`](Self::unauthorized_handler), [`needs_refresh_handler`](Self::needs_refresh_handler), [`forbidden_handler`](Self::forbidden_handler) | none: the views, 401 and 403 |
/// | [`session_protection`](Self::session_protection) | `Basic`, by the user agent alone ([`bind_network`](Self::bind_network) is off) |
/// | [`client_address`](Self::client_address) | the peer of the connection |
/// | [`session_cookie`](Self::session_cookie), [`remember_cookie`](Self::remember_cookie) | `Secure`, `HttpOnly`, `SameSite=Lax`, `Path=/`, prefix `__Host-`; the session's ends with the browser |
/// | [`idle_timeout`](Self::idle_timeout) | 1 hour |
/// | [`absolute_timeout`](Self::absolute_timeout) | 24 hours |
/// | [`remember_duration`](Self::remember_duration) | 30 days |
/// | [`fresh_for`](Self::fresh_for) | 15 minutes |
/// | [`remember_overlap`](Self::remember_overlap) | 15 minutes, or the idle timeout if that is shorter |
/// | [`clock_skew`](Self::clock_skew) | 30 seconds |
/// | [`touch_interval`](Self::touch_interval) | 60 seconds |
/// | [`max_logins_per_user`](Self::max_logins_per_user) | 50 |
/// | [`timeout`](Self::timeout) | 10 seconds |
/// | [`insecure_cookies_over_plain_http`](Self::insecure_cookies_over_plain_http) | off |
/// | [`next_field`](Self::next_field) | `next`, in the query ([`next_in_cookie`](Self::next_in_cookie) is off) |
/// | [`allow_next_host`](Self::allow_next_host), [`trusted_origin`](Self::trusted_origin) | none |
/// | [`force_host_for_redirects`](Self::force_host_for_redirects) | none: redirects are relative |
/// | [`fallback_key`](Self::fallback_key), [`request_loader`](Self::request_loader), [`on_event`](Self::on_event), [`anonymous_user`](Self::anonymous_user) | none |
/// | [`clock`](Self::clock) | the operating system's |
#[must_use = "a builder does nothing until `.build()` is called"]
pub struct LoginManagerBuilder<U, S = ()> {
    pub(super) user_loader: Option<Pending<S, Box<dyn AnyUserLoader>>>,
    pub(super) request_loaders: Vec<Pending<S, Box<dyn AnyRequestLoader>>>,
    pub(super) unauthorized_handler: Option<Pending<S, BoxedHandler>>,
    pub(super) needs_refresh_handler: Option<Pending<S, BoxedHandler>>,
    pub(super) forbidden_handler: Option<Pending<S, BoxedHandler>>,
    pub(super) settings: Settings,
    user: PhantomData<fn() -> U>,
}

impl<U, S> fmt::Debug for LoginManagerBuilder<U, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginManagerBuilder")
            .field("realm", &self.settings.realm)
            .field("limits", &self.settings.limits)
            .finish_non_exhaustive()
    }
}

impl<U: UserMixin, S> LoginManagerBuilder<U, S> {
    pub(super) fn new(store: impl LoginStore) -> Self {
        Self {
            user_loader: None,
            request_loaders: Vec::new(),
            unauthorized_handler: None,
            needs_refresh_handler: None,
            forbidden_handler: None,
            settings: Settings::new(Box::new(store)),
            user: PhantomData,
        }
    }

    pub(super) fn user_loader<L, T>(mut self, loader: L) -> Self
    where
        L: UserLoader<T, S, User = U>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        let bind = |state| bind_user_loader(loader, state);
        self.user_loader = Some(Pending::Waiting(Box::new(bind)));
        self
    }

    /// Adds a function that finds users by what a request carries, such as an API key.
    ///
    /// Any number; they are asked in this order, after the session and the remember cookie. What
    /// they find lasts for one request and sets no cookie. See
    /// [`#[request_loader]`](crate::request_loader).
    pub fn request_loader<L, T>(mut self, loader: L) -> Self
    where
        L: RequestLoader<T, S, User = U>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        let bind = |state| bind_request_loader(loader, state);
        self.request_loaders.push(Pending::Waiting(Box::new(bind)));
        self
    }

    /// Hands over the state of the loaders and handlers given so far, as on axum's router.
    pub fn with_state<S2>(self, state: impl StateOf<S>) -> LoginManagerBuilder<U, S2>
    where
        S: Clone,
    {
        let state = state.into_state(Seal);
        let bind_loader = |loader: Pending<S, _>| loader.bind(state.clone());
        let bind_handler = |handler: Pending<S, _>| handler.bind(state.clone());
        LoginManagerBuilder {
            user_loader: self.user_loader.map(|loader| loader.bind(state.clone())),
            request_loaders: self.request_loaders.into_iter().map(bind_loader).collect(),
            unauthorized_handler: self.unauthorized_handler.map(bind_handler),
            needs_refresh_handler: self.needs_refresh_handler.map(bind_handler),
            forbidden_handler: self.forbidden_handler.map(bind_handler),
            settings: self.settings,
            user: PhantomData,
        }
    }

    /// The key that signs every cookie. Required.
    pub fn secret_key(mut self, key: SecretKey) -> Self {
        self.settings.keys = vec![key];
        self
    }

    /// A former secret key: what it signed still counts, but nothing is signed with it any more.
    pub fn fallback_key(mut self, key: SecretKey) -> Self {
        self.settings.fallback_keys.push(key);
        self
    }

    /// The name of this manager among several in one application, 1 to 32 of `a-z0-9_-`.
    ///
    /// It begins the names of the cookies and separates the records of a shared store. By default
    /// `login`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.settings.realm = realm.into();
        self
    }

    /// Where browsers without a login are sent: a path, or a URL. By default nowhere: they get 401.
    ///
    /// Who would not show a page [gets 401 in any case](crate::guide::refusals). A
    /// [`LoginView`](crate::LoginView) around a router takes its place there.
    pub fn login_view(mut self, path: impl Into<String>) -> Self {
        self.settings.refusal.login_view = Some(path.into());
        self
    }

    /// Where browsers are sent whose login is not fresh. By default nowhere: they get 401.
    pub fn refresh_view(mut self, path: impl Into<String>) -> Self {
        self.settings.refusal.refresh_view = Some(path.into());
        self
    }

    /// What is flashed when a visitor is sent to the login view. Empty flashes nothing.
    ///
    /// By default `Please log in to access this page.`
    pub fn login_message(mut self, message: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.settings.refusal.login_message).text = message.into();
        self
    }

    /// The category of [`login_message`](Self::login_message), by default `message`.
    pub fn login_message_category(mut self, category: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.settings.refusal.login_message).category = category.into();
        self
    }

    /// What is flashed when a user is sent to the refresh view. Empty flashes nothing.
    ///
    /// By default `Please reauthenticate to access this page.`
    pub fn needs_refresh_message(mut self, message: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.settings.refusal.refresh_message).text = message.into();
        self
    }

    /// The category of [`needs_refresh_message`](Self::needs_refresh_message), by default `message`.
    pub fn needs_refresh_message_category(mut self, category: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.settings.refusal.refresh_message).category = category.into();
        self
    }

    /// What is flashed when a stolen remember cookie ended every login of a user.
    ///
    /// By default a sentence that says so, in the category `warning`. Empty flashes nothing.
    pub fn theft_message(mut self, message: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.settings.refusal.theft_message).text = message.into();
        self
    }

    /// Translates this crate's own messages before they are flashed; the request's parts tell the language.
    pub fn localize_callback(
        mut self,
        localize: impl Fn(&str, &Parts) -> String + Send + Sync + 'static,
    ) -> Self {
        self.settings.refusal.localize = Some(Box::new(localize));
        self
    }

    /// Answers requests without a login, instead of the login view and 401.
    ///
    /// Any axum handler. It gets the request's parts and an empty body, and can take the extractor
    /// [`Refusal`](crate::Refusal), which knows why, and what would have been answered: a handler without
    /// it also answers for routers that have a [`LoginView`](crate::LoginView), and the log says so once.
    /// It must not be guarded itself: that is a 500 with a log line.
    pub fn unauthorized_handler<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        self.unauthorized_handler = Some(Pending::handler(handler));
        self
    }

    /// Answers requests whose login is not fresh, instead of the refresh view and 401.
    pub fn needs_refresh_handler<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        self.needs_refresh_handler = Some(Pending::handler(handler));
        self
    }

    /// Answers logged-in users who lack a right, instead of 403.
    pub fn forbidden_handler<H, T>(mut self, handler: H) -> Self
    where
        H: Handler<T, S>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        self.forbidden_handler = Some(Pending::handler(handler));
        self
    }

    /// What to do with a session that comes from another client. By default
    /// [`SessionProtection::Basic`].
    pub fn session_protection(mut self, protection: SessionProtection) -> Self {
        self.settings.protection = protection;
        self
    }

    /// Makes the client's network (/24 or /56) part of what session protection compares.
    ///
    /// People who move from Wi-Fi to a mobile network are then another client. The address comes
    /// from axum's `ConnectInfo<SocketAddr>` or from [`client_address`](Self::client_address); a
    /// request without one is answered with 500.
    pub fn bind_network(mut self) -> Self {
        self.settings.bind_network = true;
        self
    }

    /// Tells the client's address, where the peer of the connection is a proxy.
    ///
    /// Read only a header that your own proxy overwrites: anybody can send `X-Forwarded-For`.
    pub fn client_address(
        mut self,
        address: impl Fn(&Parts) -> Option<IpAddr> + Send + Sync + 'static,
    ) -> Self {
        self.settings.client_address = Some(Box::new(address));
        self
    }

    /// Changes the session cookie's name, domain, path or `SameSite`.
    pub fn session_cookie(mut self, edit: impl FnOnce(CookieOptions) -> CookieOptions) -> Self {
        self.settings.session_cookie = edit(self.settings.session_cookie);
        self
    }

    /// Changes the remember cookie's name, domain, path or `SameSite`.
    pub fn remember_cookie(mut self, edit: impl FnOnce(CookieOptions) -> CookieOptions) -> Self {
        self.settings.remember_cookie = edit(self.settings.remember_cookie);
        self
    }

    /// Leaves `Secure` and the name prefixes out, so that login cookies travel over plain HTTP.
    ///
    /// Everybody on the way can read and replace them then. For local development only.
    pub fn insecure_cookies_over_plain_http(mut self) -> Self {
        self.settings.plain_http = true;
        self
    }

    /// How long a login lasts without a request. By default 1 hour.
    ///
    /// A store that is not revocable cannot keep this limit; setting it is then a build error.
    pub fn idle_timeout(mut self, duration: Duration) -> Self {
        Limits::set(&mut self.settings.limits.idle, duration);
        self.settings.limits.note_for_servers("idle_timeout");
        self
    }

    /// How long a session lasts at most, requests or not. By default 24 hours.
    pub fn absolute_timeout(mut self, duration: Duration) -> Self {
        Limits::set(&mut self.settings.limits.absolute, duration);
        self
    }

    /// How long a remembered login lasts from the last password entry. By default 30 days, at
    /// most 400.
    pub fn remember_duration(mut self, duration: Duration) -> Self {
        Limits::set(&mut self.settings.limits.remember, duration);
        self
    }

    /// How long a login counts as fresh after the password was entered. By default 15 minutes.
    pub fn fresh_for(mut self, duration: Duration) -> Self {
        Limits::set(&mut self.settings.limits.fresh, duration);
        self
    }

    /// For how long a request or an answer may be on its way while the remember cookie changes. By
    /// default 15 minutes, or the [idle timeout](Self::idle_timeout) where that is shorter; at least
    /// twice the [clock skew](Self::clock_skew), and never longer than the idle timeout.
    ///
    /// For so long, a remember cookie that has been replaced still lets single requests in. After that
    /// it is a sign of theft, or restores the login where an answer was lost. Choose it longer than your
    /// slowest request takes, so that none is taken for a thief's. A build error with a store that is
    /// not revocable.
    pub fn remember_overlap(mut self, duration: Duration) -> Self {
        self.settings.overlap = Some(seconds(duration));
        self.settings.limits.note_for_servers("remember_overlap");
        self
    }

    /// How far the clocks of several servers may be apart. By default 30 seconds.
    pub fn clock_skew(mut self, duration: Duration) -> Self {
        Limits::set(&mut self.settings.limits.skew, duration);
        self
    }

    /// How often at most it is noted that a login was seen. By default every 60 seconds.
    ///
    /// Idle logins end up to this much early. A build error with a store that is not revocable.
    pub fn touch_interval(mut self, duration: Duration) -> Self {
        Limits::set(&mut self.settings.limits.touch, duration);
        self.settings.limits.note_for_servers("touch_interval");
        self
    }

    /// How many logins a user may have at once; one more ends the least recently seen. By default
    /// 50, at least 1. A build error with a store that is not revocable, which cannot count them.
    pub fn max_logins_per_user(mut self, logins: std::num::NonZeroUsize) -> Self {
        self.settings.limits.logins_per_user = logins;
        self.settings.limits.note_for_servers("max_logins_per_user");
        self
    }

    /// How long a loader or the store may take before the request is answered with 503. By
    /// default 10 seconds.
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.settings.timeout = duration;
        self
    }

    /// Keeps the page a visitor wanted in a signed cookie instead of in the login view's query
    /// (`USE_SESSION_FOR_NEXT`).
    ///
    /// The cookie lasts an hour. [`NextUrl`](crate::NextUrl) may look at it any number of times; a login or a
    /// confirmation uses it up, and so does a logout.
    pub fn next_in_cookie(mut self, yes: bool) -> Self {
        self.settings.next_in_cookie = yes;
        self
    }

    /// The name of the query parameter that holds the wanted page. By default `next`.
    pub fn next_field(mut self, name: impl Into<String>) -> Self {
        self.settings.next_field = name.into();
        self
    }

    /// Lets [`NextUrl`](crate::NextUrl) also yield absolute URLs on this host (`host` or
    /// `host:port`, compared exactly). By default only paths on this site.
    pub fn allow_next_host(mut self, host: impl Into<String>) -> Self {
        self.settings.next_hosts.push(host.into());
        self
    }

    /// Makes redirects to the login and refresh views absolute, on this origin
    /// (`https://example.com`), whatever `Host` the client sent (`FORCE_HOST_FOR_REDIRECTS`).
    pub fn force_host_for_redirects(mut self, origin: impl Into<String>) -> Self {
        self.settings.refusal.force_origin = Some(origin.into());
        self
    }

    /// Lets pages of this origin (`https://app.example.com`) open WebSockets with the login
    /// cookie. By default only pages of the host itself may.
    pub fn trusted_origin(mut self, origin: impl Into<String>) -> Self {
        self.settings.trusted_origins.push(origin.into());
        self
    }

    /// Calls a function with everything that happens to logins. Any number of them.
    ///
    /// It runs on the task that serves the request, so it should be quick. A panic of it is logged.
    pub fn on_event(mut self, hook: impl Fn(&LoginEvent) + Send + Sync + 'static) -> Self {
        self.settings.hooks.push(Box::new(hook));
        self
    }

    /// A stand-in for visitors without a login, whose fields templates may show.
    pub fn anonymous_user(mut self, make: fn() -> U) -> Self {
        self.settings.anonymous = Some(Arc::new(make()));
        self
    }

    /// The clock that every limit is measured by. By default the operating system's.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Box::new(clock);
        self
    }
}

/// The state `S` itself, as [`with_state`](LoginManagerBuilder::with_state) takes it.
#[diagnostic::on_unimplemented(
    message = "the loaders and handlers of this login manager ask for the state `{S}`, and this is \
               `{Self}`",
    label = "expected the state `{S}`",
    note = "if `{S}` is a part of `{Self}`, say so: put `#[derive(FromRef)]` on `{Self}`, or implement \
            `axum::extract::FromRef<{Self}>` for `{S}`"
)]
pub trait StateOf<S> {
    #[doc(hidden)]
    fn into_state(self, _: Seal) -> S;
}

#[diagnostic::do_not_recommend]
impl<S> StateOf<S> for S {
    fn into_state(self, _: Seal) -> S {
        self
    }
}
