//! The builder of a manager: every setting, its default, and the checks among them.

use std::{
    any::TypeId,
    marker::PhantomData,
    net::IpAddr,
    sync::{Arc, OnceLock, atomic::AtomicI64},
    time::Duration,
};

use axum::{handler::Handler, http::request::Parts};

use super::LoginManager;
use crate::{
    build_error::BuildError,
    clock::{Clock, SystemClock},
    cookie::{CookieOptions, LoginCookies, SealedCookie},
    crypto::{Digester, SecretKey},
    event::LoginEvent,
    flash::FlashCookie,
    loader::{
        AnyRequestLoader, AnyUserLoader, RequestLoader, UserLoader, bind_request_loader,
        bind_user_loader,
    },
    login::Limits,
    next::NextRule,
    realm::{
        BoxedHandler, ClientAddress, EventHook, NEVER, Protection, Realm, RefusalSettings,
        SessionProtection, box_handler,
    },
    store::{AnyStore, LoginStore},
    user::{AnyUser, UserMixin},
};

/// Something that needs the application's state, until it has it.
enum Pending<S, B> {
    Waiting(Box<dyn FnOnce(S) -> B + Send>),
    Bound(B),
}

impl<S, B> Pending<S, B> {
    fn bind<S2>(self, state: S) -> Pending<S2, B> {
        Pending::Bound(match self {
            Self::Waiting(bind) => bind(state),
            Self::Bound(bound) => bound,
        })
    }
}

/// The settings of a [`LoginManager`] in the making.
///
/// Begun with [`LoginManager::builder`]. Every setting has a default but the secret key. The type
/// `S` is the state that loaders and handlers take from [`State`](axum::extract::State);
/// [`with_state`](Self::with_state) hands it over, and [`build`](Self::build) is there once none is
/// missing.
#[must_use = "a builder does nothing until `.build()` is called"]
pub struct LoginManagerBuilder<U, S = ()> {
    user_loader: Option<Pending<S, Box<dyn AnyUserLoader>>>,
    request_loaders: Vec<Pending<S, Box<dyn AnyRequestLoader>>>,
    handlers: [Option<Pending<S, BoxedHandler>>; 3],
    settings: Settings,
    user: PhantomData<fn() -> U>,
}

/// Everything that does not depend on the application's state.
struct Settings {
    store: Box<dyn AnyStore>,
    keys: Vec<SecretKey>,
    fallback_keys: Vec<SecretKey>,
    realm: String,
    limits: Limits,
    protection: SessionProtection,
    bind_network: bool,
    client_address: Option<ClientAddress>,
    session_cookie: CookieOptions,
    remember_cookie: CookieOptions,
    plain_http: bool,
    clock: Box<dyn Clock>,
    timeout: Duration,
    refusal: RefusalSettings,
    next_hosts: Vec<String>,
    next_field: String,
    next_in_cookie: bool,
    trusted_origins: Vec<String>,
    hooks: Vec<EventHook>,
    anonymous: Option<Arc<dyn AnyUser>>,
}

const UNAUTHORIZED: usize = 0;
const NEEDS_REFRESH: usize = 1;
const FORBIDDEN: usize = 2;

impl<U: UserMixin, S> LoginManagerBuilder<U, S> {
    pub(super) fn new(store: impl LoginStore) -> Self {
        Self {
            user_loader: None,
            request_loaders: Vec::new(),
            handlers: [None, None, None],
            settings: Settings {
                store: Box::new(store),
                keys: Vec::new(),
                fallback_keys: Vec::new(),
                realm: "login".to_owned(),
                limits: Limits::default(),
                protection: SessionProtection::default(),
                bind_network: false,
                client_address: None,
                session_cookie: CookieOptions::default(),
                remember_cookie: CookieOptions::default(),
                plain_http: false,
                clock: Box::new(SystemClock),
                timeout: Duration::from_secs(10),
                refusal: RefusalSettings::default(),
                next_hosts: Vec::new(),
                next_field: "next".to_owned(),
                next_in_cookie: false,
                trusted_origins: Vec::new(),
                hooks: Vec::new(),
                anonymous: None,
            },
            user: PhantomData,
        }
    }

    pub(super) fn user_loader<L, T>(mut self, loader: L) -> Self
    where
        L: UserLoader<T, S, User = U>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        self.user_loader = Some(Pending::Waiting(Box::new(move |state| {
            bind_user_loader(loader, state)
        })));
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
        self.request_loaders
            .push(Pending::Waiting(Box::new(move |state| {
                bind_request_loader(loader, state)
            })));
        self
    }

    /// Hands over the state of the loaders and handlers given so far, as on axum's router.
    pub fn with_state<S2>(self, state: S) -> LoginManagerBuilder<U, S2>
    where
        S: Clone,
    {
        let bind_loader = |loader: Pending<S, _>| loader.bind(state.clone());
        LoginManagerBuilder {
            user_loader: self.user_loader.map(|loader| loader.bind(state.clone())),
            request_loaders: self.request_loaders.into_iter().map(bind_loader).collect(),
            handlers: self
                .handlers
                .map(|handler| handler.map(|it| it.bind(state.clone()))),
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

    /// Where visitors without a login are sent. By default nowhere: they get 401.
    pub fn login_view(mut self, path: impl Into<String>) -> Self {
        self.settings.refusal.login_view = Some(path.into());
        self
    }

    /// Where users are sent whose login is not fresh. By default nowhere: they get 401.
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

    /// Translates the messages above before they are flashed; the parts tell the language.
    pub fn localize_callback(
        mut self,
        localize: impl Fn(&str, &Parts) -> String + Send + Sync + 'static,
    ) -> Self {
        self.settings.refusal.localize = Some(Box::new(localize));
        self
    }

    /// Answers requests without a login, instead of the login view and 401.
    ///
    /// Any axum handler. It gets the request's parts and an empty body.
    pub fn unauthorized_handler<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        self.handler(UNAUTHORIZED, handler)
    }

    /// Answers requests whose login is not fresh, instead of the refresh view and 401.
    pub fn needs_refresh_handler<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        self.handler(NEEDS_REFRESH, handler)
    }

    /// Answers logged-in users who lack a right, instead of 403.
    pub fn forbidden_handler<H, T>(self, handler: H) -> Self
    where
        H: Handler<T, S>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        self.handler(FORBIDDEN, handler)
    }

    fn handler<H, T>(mut self, which: usize, handler: H) -> Self
    where
        H: Handler<T, S>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        self.handlers[which] = Some(Pending::Waiting(Box::new(move |state| {
            box_handler(handler, state)
        })));
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
        self.settings.limits.for_servers = Some("idle_timeout");
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

    /// How long a replaced remember token still authenticates requests that were on their way.
    /// By default 60 seconds.
    pub fn remember_grace(mut self, duration: Duration) -> Self {
        Limits::set(&mut self.settings.limits.grace, duration);
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
        self.settings.limits.for_servers = Some("touch_interval");
        self
    }

    /// How many logins a user may have at once; one more ends the least recently seen. By default
    /// 50, at least 1. A build error with a store that is not revocable, which cannot count them.
    pub fn max_logins_per_user(mut self, logins: std::num::NonZeroUsize) -> Self {
        self.settings.limits.logins_per_user = logins;
        self.settings.limits.for_servers = Some("max_logins_per_user");
        self
    }

    /// How long a loader or the store may take before the request is answered with 503. By
    /// default 10 seconds.
    pub fn loader_timeout(mut self, duration: Duration) -> Self {
        self.settings.timeout = duration;
        self
    }

    /// Keeps the page a visitor wanted in a signed cookie instead of in the login view's query
    /// (`USE_SESSION_FOR_NEXT`).
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

/// That a builder waits for no state: it got the one of its loaders and handlers, or they have
/// none.
#[diagnostic::on_unimplemented(
    message = "the loaders and handlers of this login manager still need the state `{S}`",
    label = "the state `{S}` is missing",
    note = "call `.with_state(state)` after the loaders and handlers and before `.build()`"
)]
pub trait NoStateMissing<S> {
    #[doc(hidden)]
    fn none() -> S;
}

impl NoStateMissing<()> for () {
    fn none() {}
}

impl<U: UserMixin, S: Clone> LoginManagerBuilder<U, S> {
    /// Checks the settings and prepares the manager.
    ///
    /// # Errors
    ///
    /// The secret key or every loader is missing, or settings contradict each other or the store;
    /// the error's text says which, and what to change.
    pub fn build(self) -> Result<LoginManager<U>, BuildError>
    where
        (): NoStateMissing<S>,
    {
        let LoginManagerBuilder {
            user_loader,
            request_loaders,
            handlers,
            settings,
            ..
        } = self.with_state::<()>(<()>::none());
        if user_loader.is_none() && request_loaders.is_empty() {
            return Err(BuildError::NoLoader);
        }
        let mut keys = settings.keys;
        if keys.is_empty() {
            return Err(BuildError::NoSecretKey);
        }
        keys.extend(settings.fallback_keys);
        let name = settings.realm;
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
        if !(1..=32).contains(&name.len()) || !name.bytes().all(allowed) {
            return Err(BuildError::Realm(name));
        }
        settings.limits.check()?;
        if let Some(setting) = settings.limits.for_servers
            && !settings.store.revocable()
        {
            return Err(BuildError::Store(format!(
                "a store that keeps logins in cookies notices no idleness and counts no logins: \
                 leave `{setting}` out, or choose a server-side store"
            )));
        }
        let plain = settings.plain_http;
        let cookie = |purpose, options: &CookieOptions| {
            SealedCookie::new(&keys, &name, purpose, options, plain)
        };
        let cookies = LoginCookies {
            session: cookie("session", &settings.session_cookie)?,
            remember: cookie("remember", &settings.remember_cookie)?,
            persistent_session: settings.session_cookie.persistent,
        };
        let flash = FlashCookie::new(cookie("flash", &CookieOptions::default())?);
        let next = cookie("next", &CookieOptions::default())?;
        let mut names = [&cookies.session, &cookies.remember, &flash.cookie, &next]
            .map(|cookie| &*cookie.spec.name);
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(BuildError::SameCookie(twice[0].to_owned()));
        }
        settings.refusal.check(&settings.trusted_origins)?;
        let [unauthorized, needs_refresh, forbidden] = handlers.map(bound_handler);
        let mut refusal = settings.refusal;
        refusal.unauthorized_handler = unauthorized;
        refusal.needs_refresh_handler = needs_refresh;
        refusal.forbidden_handler = forbidden;
        let realm = Realm {
            auth_hashes: Digester::new(&keys, "auth hash", &name),
            identifiers: Digester::new(&keys, "identifier", &name),
            name: name.into(),
            user_type: TypeId::of::<U>(),
            store: settings.store,
            user_loader: user_loader.map(bound),
            request_loaders: request_loaders.into_iter().map(bound).collect(),
            limits: settings.limits,
            protection: Protection {
                mode: settings.protection,
                bind_network: settings.bind_network,
                client_address: settings.client_address,
            },
            cookies,
            flash,
            next,
            clock: settings.clock,
            timeout: settings.timeout,
            refusal,
            next_rule: NextRule::new(settings.next_hosts, !plain),
            next_field: settings.next_field.into(),
            next_in_cookie: settings.next_in_cookie,
            trusted_origins: settings.trusted_origins,
            hooks: settings.hooks,
            vary_refused: OnceLock::new(),
            purged_at: AtomicI64::new(NEVER),
            anonymous: settings.anonymous,
        };
        Ok(LoginManager {
            realm: Arc::new(realm),
            user: PhantomData,
        })
    }
}

fn bound<B>(pending: Pending<(), B>) -> B {
    match pending {
        Pending::Waiting(bind) => bind(()),
        Pending::Bound(bound) => bound,
    }
}

fn bound_handler(pending: Option<Pending<(), BoxedHandler>>) -> Option<BoxedHandler> {
    pending.map(bound)
}
