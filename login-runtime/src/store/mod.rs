//! Where logins live: the [`LoginStore`] trait and the stores that come with this crate.

#[cfg(feature = "testing")]
pub mod contract;
mod cookie;
mod erased;
mod error;
mod memory;
mod page;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
mod sqlx;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "redis"))]
mod tag;
mod ticket;

use std::{future::Future, num::NonZeroUsize, sync::Arc};

pub(crate) use self::erased::AnyStore;
#[cfg(feature = "redis")]
pub use self::redis::{RedisStore, redis_1};
#[cfg(feature = "mysql")]
pub use self::sqlx::MySqlStore;
#[cfg(feature = "postgres")]
pub use self::sqlx::PostgresStore;
#[cfg(feature = "sqlite")]
pub use self::sqlx::SqliteStore;
#[cfg(any(feature = "mysql", feature = "postgres", feature = "sqlite"))]
pub use self::sqlx::sqlx_0_9;
pub use self::{
    cookie::CookieStore,
    error::StoreError,
    memory::MemoryStore,
    page::{Cursor, Page, ParseCursorError},
    ticket::Ticket,
};
use crate::clock::Timestamp;
pub use crate::login::{Login, LoginId, LoginParts, ParseLoginIdError, UnreadablePayload};

/// How a compare-and-set ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Update {
    /// The record was written.
    Updated,
    /// The record has another version by now; nothing was written.
    Changed,
    /// There is no such record, and none was made.
    Gone,
}

/// Where logins live.
///
/// A store is a table of [`Login`] records with compare-and-set. It knows nothing of HTTP, of
/// cookies or of what is in a [payload](Login::payload). Reads must be linearizable: a `load` that
/// begins after a `delete` has returned never sees the record, so no read may go to a replica.
///
/// Every method is one atomic step, but for those that go through a whole realm
/// ([`delete_realm`](Self::delete_realm), [`list_realm`](Self::list_realm) and
/// [`purge_expired`](Self::purge_expired)), which say what they promise. No future of the
/// store is made or awaited with a lock held. Any future may be dropped at any await. A record's realm, id, user and time of
/// creation never change. The id of a user has 1 to 512 bytes and no NUL:
/// [`login_user`](crate::LoginSession::login_user) refuses any other. With the feature `testing` there
/// is a
#[cfg_attr(feature = "testing", doc = "[contract suite](contract)")]
#[cfg_attr(not(feature = "testing"), doc = "contract suite")]
/// that every implementation should run.
///
/// # Errors
///
/// A method answers [`StoreError::Unavailable`] when it cannot tell; the request that asked is
/// then refused with 503, and nobody is let in or logged out because of it.
///
#[doc = include_str!("../docs/store.md")]
pub trait LoginStore: Send + Sync + 'static {
    /// Whether a login can be ended from outside its own browser.
    ///
    /// Where this is `false`, the methods about a user's or a realm's logins and
    /// [`purge_expired`](Self::purge_expired) answer [`StoreError::Unsupported`].
    fn revocable(&self) -> bool {
        true
    }

    /// Whether records go by themselves some time after their [expiry](Login::expires_at).
    ///
    /// Where this is `true`, [`purge_expired`](Self::purge_expired) is never asked. No record may go
    /// before its expiry.
    fn records_expire(&self) -> bool {
        false
    }

    /// What has to travel in the cookie so that the login's [ticket](Ticket) leads to it again.
    ///
    /// Empty for most stores that keep their records on the server; one with many servers may put
    /// the name of the right one in. Always the same for the same record, unless it
    /// holds the record itself.
    fn carry(&self, login: &Login) -> Vec<u8> {
        let _ = login;
        Vec::new()
    }

    /// Keeps a new record, and ends the least recently seen logins of the same user in the same
    /// realm until at most `cap` are left, the new one among them; both in one step.
    ///
    /// An id that the realm has already is an error, and the record that has it stays as it is. (A
    /// store in whose cookies more than the id is [carried](Self::carry) need not notice the id of
    /// another user, as long as it keeps the two apart.)
    fn create(
        &self,
        login: Arc<Login>,
        cap: NonZeroUsize,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The record that a ticket names.
    fn load(
        &self,
        ticket: Ticket<'_>,
    ) -> impl Future<Output = Result<Option<Arc<Login>>, StoreError>> + Send;

    /// The record that a ticket names, where the store has it at hand.
    ///
    /// Asked before [`load`](Self::load), which is then asked in the same request only where the
    /// record has to be written or does not let the visitor in as it is. `None`, as by default, says
    /// nothing and leaves the question to `load`. Worth implementing for a store that keeps its
    /// records in this process.
    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        let _ = ticket;
        None
    }

    /// Writes `login` over the record of its realm and id if that record's version is one less
    /// than `login.version()`; never creates one. Under another user there is no such record.
    fn update(&self, login: Arc<Login>) -> impl Future<Output = Result<Update, StoreError>> + Send;

    /// Ends the login that a ticket names; says whether there was one.
    fn delete(&self, ticket: Ticket<'_>) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Ends every login of a user but `keep`; says how many there were.
    fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Ends every login of a realm; says how many there were.
    ///
    /// What was there when the call began is gone when it returns. A login that is made meanwhile may
    /// stay.
    fn delete_realm(&self, realm: &str) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Every login of a user, the most recently seen first.
    fn list_user(
        &self,
        realm: &str,
        user_id: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Login>>, StoreError>> + Send;

    /// The logins of a realm in any order, at most `limit` of them: the first page without a cursor,
    /// and then each page with the [`next`](Page::next) of the one before.
    ///
    /// A login that is there from the first page to the last is on one of them at least. One that is
    /// made or ended meanwhile may be on one or not. The work for a page is bounded by `limit`, so a page
    /// may be short or empty although there are more. A cursor that this store has not handed out is
    /// [`StoreError::UnknownCursor`], or leads to logins of the realm like any other.
    fn list_realm(
        &self,
        realm: &str,
        cursor: Option<&Cursor>,
        limit: NonZeroUsize,
    ) -> impl Future<Output = Result<Page<Arc<Login>>, StoreError>> + Send;

    /// Forgets at most `limit` records of a realm whose expiry is at or before `before`; says how
    /// many. The expiry is checked again in the step that deletes.
    ///
    /// The work is bounded by `limit`. A store without an exact index by expiry may leave expired
    /// records for a later call although it forgot fewer than `limit`. A store whose
    /// [records expire](Self::records_expire) by themselves answers 0.
    fn purge_expired(
        &self,
        realm: &str,
        before: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
