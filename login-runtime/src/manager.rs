//! The manager: every setting and everything prepared from it, shared by all requests.

mod logins;

use std::{
    any::TypeId,
    fmt,
    marker::PhantomData,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock, atomic::AtomicI64},
    time::Duration,
};

use axum::http::HeaderValue;

use crate::{
    builder::LoginManagerBuilder,
    clock::Clock,
    cookie::LoginCookies,
    crypto::Digester,
    deadline,
    error::LoginError,
    event::LoginEvent,
    layer::LoginLayer,
    loader::{AnyRequestLoader, AnyUserLoader, UserLoader},
    login::Limits,
    next::NextRule,
    protection::Protection,
    refusal::RefusalSettings,
    store::{AnyStore, LoginStore},
    user::{AnyUser, UserMixin},
};

/// The settings of a login: who is loaded how, where logins live, how long they last.
///
/// Made once with [`builder`](Self::builder); cloning it is cheap and gives another handle on the
/// same manager. [`layer`](Self::layer) puts it in front of a router.
///
/// ```
/// use std::convert::Infallible;
/// use axum::{Router, routing::get};
/// use login_runtime::{LoginManager, SecretKey, UserMixin, login_required, store::MemoryStore, user_loader};
///
/// #[derive(Clone, UserMixin)]
/// #[login(no_auth_hash)]
/// struct User {
///     id: u32,
/// }
///
/// #[user_loader]
/// async fn load_user(id: u32) -> Result<Option<User>, Infallible> {
///     Ok((id == 1).then_some(User { id }))
/// }
///
/// #[login_required]
/// async fn dashboard() -> &'static str {
///     "only for those who are logged in"
/// }
///
/// let login_manager = LoginManager::builder(load_user, MemoryStore::new())
///     .secret_key(SecretKey::generate()?)
///     .login_view("/login")
///     .build()?;
/// let app: Router = Router::new()
///     .route("/dashboard", get(dashboard))
///     .layer(login_manager.layer());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LoginManager<U> {
    pub(crate) inner: Arc<Manager>,
    pub(crate) user: PhantomData<fn() -> U>,
}

impl<U> Clone for LoginManager<U> {
    fn clone(&self) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            user: PhantomData,
        }
    }
}

impl<U> fmt::Debug for LoginManager<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginManager")
            .field("realm", &self.inner.realm)
            .finish_non_exhaustive()
    }
}

impl<U: UserMixin> LoginManager<U> {
    /// Begins a manager with the function that finds users by id, and the store of their logins.
    pub fn builder<L, T, S>(user_loader: L, store: impl LoginStore) -> LoginManagerBuilder<U, S>
    where
        L: UserLoader<T, S, User = U>,
        S: Clone + Send + Sync + 'static,
        T: 'static,
    {
        LoginManagerBuilder::new(store).user_loader(user_loader)
    }

    /// Begins a manager without a user loader: its request loaders alone say who is asking.
    ///
    /// At least one [`request_loader`](LoginManagerBuilder::request_loader) is needed; it may read
    /// the login's [`LoginSession`](crate::LoginSession), whose user id is the one logged in.
    pub fn builder_from_requests<S>(store: impl LoginStore) -> LoginManagerBuilder<U, S> {
        LoginManagerBuilder::new(store)
    }

    /// The layer that makes this manager known to the handlers below it.
    pub fn layer(&self) -> LoginLayer {
        LoginLayer::new(Arc::clone(&self.inner))
    }

    /// Ends every login of a user, without a request: after deleting, disabling or resetting an
    /// account. Says how many there were.
    ///
    /// # Errors
    ///
    /// The store did not answer, or it keeps no list of logins
    /// ([`StoreError::Unsupported`](crate::store::StoreError::Unsupported)).
    pub async fn end_logins_of(&self, user_id: &str) -> Result<u64, LoginError> {
        let manager = &self.inner;
        let ended = manager.store.delete_user(&manager.realm, user_id, None);
        deadline::answered(manager.timeout, ended).await
    }

    /// Forgets logins that are over, at most `limit` of them; says how many. A store whose records
    /// expire by themselves is not asked.
    ///
    /// Logins that are made forget a few as well, so calling this is only needed where many
    /// people log in at once and then nobody for a long time.
    ///
    /// # Errors
    ///
    /// As for [`end_logins_of`](Self::end_logins_of).
    pub async fn purge_expired(&self, limit: usize) -> Result<u64, LoginError> {
        let manager = &self.inner;
        if manager.store.records_expire() {
            return Ok(0);
        }
        let now = manager.clock.now();
        let purged = manager.store.purge_expired(&manager.realm, now, limit);
        deadline::answered(manager.timeout, purged).await
    }

    /// The name that the manager's cookies and records carry.
    pub fn realm(&self) -> &str {
        &self.inner.realm
    }
}

/// Called with everything that happens.
pub(crate) type EventHook = Box<dyn Fn(&LoginEvent) + Send + Sync>;

/// A time before every other.
pub(crate) const NEVER: i64 = i64::MIN;

/// A manager without the type of its users.
pub(crate) struct Manager {
    pub(crate) realm: Arc<str>,
    pub(crate) user_type: TypeId,
    pub(crate) store: Box<dyn AnyStore>,
    pub(crate) user_loader: Option<Box<dyn AnyUserLoader>>,
    pub(crate) request_loaders: Vec<Box<dyn AnyRequestLoader>>,
    pub(crate) limits: Limits,
    pub(crate) protection: Protection,
    pub(crate) cookies: LoginCookies,
    pub(crate) auth_hashes: Digester,
    pub(crate) identifiers: Digester,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) timeout: Duration,
    pub(crate) refusal: RefusalSettings,
    pub(crate) next_rule: NextRule,
    pub(crate) next_field: Box<str>,
    pub(crate) next_in_cookie: bool,
    pub(crate) trusted_origins: Vec<String>,
    pub(crate) hooks: Vec<EventHook>,
    /// The `Vary` of a refusal before which every source was looked at.
    pub(crate) vary_refused: OnceLock<Option<HeaderValue>>,
    /// When a login last looked for logins to forget, in seconds of UTC.
    pub(crate) purged_at: AtomicI64,
    pub(crate) anonymous: Option<Arc<dyn AnyUser>>,
}

impl Manager {
    /// Tells hooks and `tracing` what happened; the event is only made if somebody listens.
    pub(crate) fn emit(&self, event: impl FnOnce() -> LoginEvent) {
        if self.hooks.is_empty()
            && !tracing::enabled!(target: "login_runtime", tracing::Level::WARN)
        {
            return;
        }
        let event = event();
        let realm = &*self.realm;
        match &event {
            LoginEvent::UserAccessed => {
                tracing::trace!(target: "login_runtime", realm, ?event);
            }
            LoginEvent::SessionProtected { .. }
            | LoginEvent::RememberTheft { .. }
            | LoginEvent::RememberRefused { .. }
            | LoginEvent::AuthHashChanged { .. } => {
                tracing::warn!(target: "login_runtime", realm, ?event);
            }
            _ => tracing::info!(target: "login_runtime", realm, ?event),
        }
        for hook in &self.hooks {
            // What a hook does must not cut a login off half way.
            if catch_unwind(AssertUnwindSafe(|| hook(&event))).is_err() {
                tracing::error!(target: "login_runtime", realm, "an `on_event` hook panicked");
            }
        }
    }
}
