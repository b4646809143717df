//! The manager, as applications hold it.

mod build;
mod builder;
mod logins;
mod settings;

use std::{fmt, marker::PhantomData, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};
pub use build::NoStateMissing;
pub use builder::{LoginManagerBuilder, StateOf};
use tower_layer::Layer;

use crate::{
    deadline,
    error::LoginError,
    layer::{LoginLayer, LoginService},
    loader::UserLoader,
    next::{LoginUrl, login_url},
    realm::Realm,
    refusal,
    request::LoginHandle,
    store::LoginStore,
    user::UserMixin,
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
///
/// A handler below the layer takes it as an extractor, so that no state has to hold it. That reads
/// nothing of the request and refuses nobody; a missing layer is 500.
///
/// ```
/// use login_runtime::{LoginError, LoginManager, UserMixin, roles_required};
///
/// # #[derive(Clone, UserMixin)]
/// # #[login(no_auth_hash)]
/// # struct User { id: u32, #[login(roles)] role: String }
/// #[roles_required("admin")]
/// async fn log_out_everywhere(
///     login_manager: LoginManager<User>,
///     user_id: String,
/// ) -> Result<String, LoginError> {
///     let ended = login_manager.end_logins_of(&user_id).await?;
///     Ok(format!("{ended} logins ended"))
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::post(log_out_everywhere));
/// ```
pub struct LoginManager<U> {
    realm: Arc<Realm>,
    user: PhantomData<fn() -> U>,
}

impl<U> Clone for LoginManager<U> {
    fn clone(&self) -> Self {
        Self {
            realm: Arc::clone(&self.realm),
            user: PhantomData,
        }
    }
}

impl<U> fmt::Debug for LoginManager<U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginManager")
            .field("realm", &self.realm.name)
            .finish_non_exhaustive()
    }
}

/// A manager goes around a router as its [`layer`](Self::layer) does: `.layer(login_manager)`.
impl<Inner, U> Layer<Inner> for LoginManager<U> {
    type Service = LoginService<Inner>;

    fn layer(&self, inner: Inner) -> Self::Service {
        LoginLayer::new(Arc::clone(&self.realm)).layer(inner)
    }
}

impl<S, U> FromRequestParts<S> for LoginManager<U>
where
    S: Send + Sync,
    U: UserMixin,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let handle = LoginHandle::of::<U>(&parts.extensions).map_err(refusal::no_handle)?;
        Ok(Self {
            realm: Arc::clone(&handle.realm),
            user: PhantomData,
        })
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
        LoginLayer::new(Arc::clone(&self.realm))
    }

    /// The URL of the login page, for a link to it: that of
    /// [`login_view`](LoginManagerBuilder::login_view), if there is one, with the page to return to
    /// under the name that [`next_field`](LoginManagerBuilder::next_field) gives it.
    ///
    /// What a [`LoginView`](crate::LoginView) says holds for refusals on its router, and is not known
    /// here. After [`next_in_cookie`](LoginManagerBuilder::next_in_cookie) nobody reads the page from
    /// a URL, only from the cookie that a refusal leaves.
    ///
    /// ```
    /// use login_runtime::{LoginManager, UserMixin};
    ///
    /// # #[derive(Clone, UserMixin)]
    /// # #[login(no_auth_hash)]
    /// # struct User { id: u32 }
    /// async fn teaser(login_manager: LoginManager<User>) -> Option<String> {
    ///     let login = login_manager.login_url()?.next("/articles/7");
    ///     Some(format!("<a href=\"{login}\">Log in to read on</a>"))
    /// }
    /// ```
    pub fn login_url(&self) -> Option<LoginUrl<'_>> {
        let refusal = &self.realm.refusal;
        let url = login_url(refusal.login_view.as_deref()?).next_field(&self.realm.next_field);
        Some(match &refusal.force_origin {
            Some(origin) => url.origin(origin),
            None => url,
        })
    }

    /// Ends every login of a user, without a request: after deleting, disabling or resetting an
    /// account. Says how many there were.
    ///
    /// The id is what [`get_id`](crate::UserMixin::get_id) writes, as a number or a text.
    ///
    /// ```
    /// use login_runtime::{LoginError, LoginManager, UserMixin};
    ///
    /// async fn disable(login_manager: &LoginManager<impl UserMixin>, user_id: i64) -> Result<(), LoginError> {
    ///     // after `UPDATE users SET active = false`
    ///     let ended = login_manager.end_logins_of(user_id).await?;
    ///     println!("{ended} logins of user {user_id} ended");
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The store did not answer, or it keeps no list of logins
    /// ([`StoreError::Unsupported`](crate::store::StoreError::Unsupported)).
    pub async fn end_logins_of(&self, user_id: impl fmt::Display) -> Result<u64, LoginError> {
        let realm = &*self.realm;
        let user_id = user_id.to_string();
        let ended = realm.store.delete_user(&realm.records, &user_id, None);
        deadline::answered(realm.timeout, ended).await
    }

    /// Forgets logins that have expired, at most `limit` of them; says how many. A store whose records
    /// expire by themselves is not asked.
    ///
    /// Every new login forgets a few as well, so calling this is only needed where many people log in
    /// at once and then no one does for a long time.
    ///
    /// # Errors
    ///
    /// As for [`end_logins_of`](Self::end_logins_of).
    pub async fn purge_expired(&self, limit: usize) -> Result<u64, LoginError> {
        let realm = &*self.realm;
        if realm.store.records_expire() {
            return Ok(0);
        }
        let now = realm.clock.now();
        let purged = realm.store.purge_expired(&realm.records, now, limit);
        deadline::answered(realm.timeout, purged).await
    }

    /// The name of the manager, which its cookies begin with.
    pub fn realm(&self) -> &str {
        &self.realm.name
    }

    /// The realm that the manager's records carry in the store: its name and the kind of its users,
    /// as in `login:shop::User`.
    pub fn store_realm(&self) -> &Arc<str> {
        &self.realm.records
    }
}
