//! Where logins live: the [`LoginStore`] trait and the stores that come with this crate.

#[cfg(feature = "testing")]
pub mod contract;
mod cookie;
mod memory;
#[cfg(feature = "sqlite")]
mod sqlx;

use std::{future::Future, num::NonZeroUsize, sync::Arc};

#[cfg(feature = "sqlite")]
pub use self::sqlx::SqliteStore;
pub use self::{cookie::CookieStore, memory::MemoryStore};
use crate::boxed::BoxFuture;
pub use crate::{
    crypto::Digest,
    login::{Login, LoginId, ParseLoginIdError, PreviousToken, Remember, TokenHash},
};

/// What a verified session or remember cookie says about where its login is kept.
#[derive(Clone, Copy, Debug)]
pub struct Ticket<'a> {
    /// The realm of the manager that asks.
    pub realm: &'a Arc<str>,
    /// The record's id.
    pub id: LoginId,
    /// What [`LoginStore::carry`] put into the cookie; empty for a store that keeps its own.
    pub carried: &'a [u8],
}

/// How a compare-and-set ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// The record was written.
    Updated,
    /// The record has another version by now; nothing was written.
    Changed,
    /// There is no such record, and none was made.
    Gone,
}

/// Why a store did not answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot do this at all; see [`LoginStore::revocable`].
    Unsupported,
    /// The store could not be reached, or what it holds could not be read.
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// A store that could not answer, and why.
    pub fn unavailable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unsupported => f.write_str(
                "this store keeps no list of logins, so it cannot list or end them; \
                 choose a server-side store such as `SqliteStore`",
            ),
            Self::Unavailable(error) => write!(f, "the login store did not answer: {error}"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unsupported => None,
            Self::Unavailable(error) => Some(&**error),
        }
    }
}

/// Where logins live.
///
/// A store is a table of [`Login`] records with compare-and-set. It knows nothing of HTTP, of
/// cookies or of what the fields mean. Reads must be linearizable: a `load` that begins after a
/// `delete` has returned never sees the record, so no read may go to a replica.
///
/// Every method is one atomic step. The store is never called with a lock held. A record's realm,
/// id and user never change. With the feature `testing` there is a
#[cfg_attr(feature = "testing", doc = "[contract suite](contract)")]
#[cfg_attr(not(feature = "testing"), doc = "contract suite")]
/// that every implementation should run.
///
/// # Errors
///
/// A method answers [`StoreError::Unavailable`] when it cannot tell; the request that asked is
/// then refused with 503, and nobody is let in or logged out because of it.
pub trait LoginStore: Send + Sync + 'static {
    /// Whether a login can be ended from outside its own browser.
    ///
    /// Where this is `false`, `list_user`, `delete_user` and `purge_expired` answer
    /// [`StoreError::Unsupported`].
    fn revocable(&self) -> bool {
        true
    }

    /// What has to travel in the cookie so that [`load`](Self::load) finds the login again.
    ///
    /// Empty for every store that keeps its records on the server.
    fn carry(&self, login: &Login) -> Vec<u8> {
        let _ = login;
        Vec::new()
    }

    /// Keeps a new record, and ends the least recently seen logins of the same user in the same
    /// realm until at most `cap` are left, the new one among them; both in one step.
    ///
    /// An id that the realm has already is an error, and the record that has it stays as it is.
    fn create(
        &self,
        login: Login,
        cap: NonZeroUsize,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The record that a ticket names.
    fn load(
        &self,
        ticket: Ticket<'_>,
    ) -> impl Future<Output = Result<Option<Arc<Login>>, StoreError>> + Send;

    /// The record that a ticket names, where the store has it at hand.
    ///
    /// Asked before [`load`](Self::load), which is then not asked for the same request; `None`, as
    /// by default, says nothing and leaves the question to `load`. Worth implementing for a store
    /// that keeps its records in this process.
    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        let _ = ticket;
        None
    }

    /// Writes `login` over the record of its realm and id if that record's version is one less
    /// than `login.version`; never creates one. Under another `user_id` there is no such record.
    fn update(&self, login: Login) -> impl Future<Output = Result<Update, StoreError>> + Send;

    /// Ends one login; says whether there was one.
    fn delete(
        &self,
        realm: &str,
        id: LoginId,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Ends every login of a user but `keep`; says how many there were.
    fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Every login of a user, the most recently seen first.
    fn list_user(
        &self,
        realm: &str,
        user_id: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Login>>, StoreError>> + Send;

    /// Forgets at most `limit` records of a realm whose `expires_at` is at or before `before`;
    /// says how many. The expiry is checked again in the step that deletes.
    ///
    /// The work is bounded by `limit`. A store without an index by expiry may leave expired records
    /// for the next call although it forgot fewer than `limit`.
    fn purge_expired(
        &self,
        realm: &str,
        before: i64,
        limit: usize,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}

/// [`LoginStore`] without its type, so that no handler's signature names the store.
pub(crate) trait AnyStore: Send + Sync {
    fn revocable(&self) -> bool;
    fn carry(&self, login: &Login) -> Vec<u8>;
    fn create(&self, login: Login, cap: NonZeroUsize) -> BoxFuture<'_, Result<(), StoreError>>;
    fn load<'a>(
        &'a self,
        ticket: Ticket<'a>,
    ) -> BoxFuture<'a, Result<Option<Arc<Login>>, StoreError>>;
    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>>;
    fn update(&self, login: Login) -> BoxFuture<'_, Result<Update, StoreError>>;
    fn delete<'a>(&'a self, realm: &'a str, id: LoginId)
    -> BoxFuture<'a, Result<bool, StoreError>>;
    fn delete_user<'a>(
        &'a self,
        realm: &'a str,
        user_id: &'a str,
        keep: Option<LoginId>,
    ) -> BoxFuture<'a, Result<u64, StoreError>>;
    fn list_user<'a>(
        &'a self,
        realm: &'a str,
        user_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Arc<Login>>, StoreError>>;
    fn purge_expired<'a>(
        &'a self,
        realm: &'a str,
        before: i64,
        limit: usize,
    ) -> BoxFuture<'a, Result<u64, StoreError>>;
}

// Each call is made inside of its future, so that a store's panic is caught wherever it happens.
impl<St: LoginStore> AnyStore for St {
    fn revocable(&self) -> bool {
        LoginStore::revocable(self)
    }

    fn carry(&self, login: &Login) -> Vec<u8> {
        LoginStore::carry(self, login)
    }

    fn create(&self, login: Login, cap: NonZeroUsize) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move { LoginStore::create(self, login, cap).await })
    }

    fn load<'a>(
        &'a self,
        ticket: Ticket<'a>,
    ) -> BoxFuture<'a, Result<Option<Arc<Login>>, StoreError>> {
        Box::pin(async move { LoginStore::load(self, ticket).await })
    }

    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        LoginStore::load_now(self, ticket)
    }

    fn update(&self, login: Login) -> BoxFuture<'_, Result<Update, StoreError>> {
        Box::pin(async move { LoginStore::update(self, login).await })
    }

    fn delete<'a>(
        &'a self,
        realm: &'a str,
        id: LoginId,
    ) -> BoxFuture<'a, Result<bool, StoreError>> {
        Box::pin(async move { LoginStore::delete(self, realm, id).await })
    }

    fn delete_user<'a>(
        &'a self,
        realm: &'a str,
        user_id: &'a str,
        keep: Option<LoginId>,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move { LoginStore::delete_user(self, realm, user_id, keep).await })
    }

    fn list_user<'a>(
        &'a self,
        realm: &'a str,
        user_id: &'a str,
    ) -> BoxFuture<'a, Result<Vec<Arc<Login>>, StoreError>> {
        Box::pin(async move { LoginStore::list_user(self, realm, user_id).await })
    }

    fn purge_expired<'a>(
        &'a self,
        realm: &'a str,
        before: i64,
        limit: usize,
    ) -> BoxFuture<'a, Result<u64, StoreError>> {
        Box::pin(async move { LoginStore::purge_expired(self, realm, before, limit).await })
    }
}
