//! Stores in the database of an application's own pool, of sqlx 0.9.
//!
//! Nothing else of this crate's interface names a type of sqlx. When the crate moves to another
//! sqlx, a module of that name takes the place of this one, in a minor release: the version number of
//! this crate says nothing about this module.

use std::future::Future;

#[cfg(feature = "mysql")]
use super::MySqlStore;
#[cfg(feature = "postgres")]
use super::PostgresStore;
#[cfg(feature = "sqlite")]
use super::SqliteStore;
use crate::store::StoreError;

/// A store that can keep its logins in the database of an application's own pool.
///
#[cfg_attr(feature = "sqlite", doc = "```no_run")]
#[cfg_attr(not(feature = "sqlite"), doc = "```ignore")]
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use login_runtime::store::{SqliteStore, sqlx_0_9::FromPool};
///
/// let pool = sqlx::SqlitePool::connect("sqlite://app.db").await?;
/// let store = SqliteStore::from_pool(pool.clone()).await?;
/// # Ok(()) }
/// ```
pub trait FromPool: Sized {
    /// The pool.
    type Pool;

    /// Keeps the logins in the pool's database, beside whatever else is in it.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] where the tables cannot be made, or were written by a release
    /// with a newer schema.
    fn from_pool(pool: Self::Pool) -> impl Future<Output = Result<Self, StoreError>> + Send;
}

#[cfg(feature = "sqlite")]
/// The pool's settings stay as they are: use write-ahead logging, a busy timeout, and
/// `synchronous = FULL`, which is the default; with `NORMAL` a power loss may undo a logout.
impl FromPool for SqliteStore {
    type Pool = sqlx::SqlitePool;

    async fn from_pool(pool: sqlx::SqlitePool) -> Result<Self, StoreError> {
        Self::in_pool(pool).await
    }
}

/// The pool's settings stay as they are: give it an `acquire_timeout` below the manager's
/// [`timeout`](crate::LoginManagerBuilder::timeout), so that a database that is away is
/// an answer and not a wait.
#[cfg(feature = "postgres")]
impl FromPool for PostgresStore {
    type Pool = sqlx::PgPool;

    async fn from_pool(pool: sqlx::PgPool) -> Result<Self, StoreError> {
        Self::in_pool(pool).await
    }
}

/// The pool's settings stay as they are: give it an `acquire_timeout` below the manager's
/// [`timeout`](crate::LoginManagerBuilder::timeout), so that a database that is away is
/// an answer and not a wait.
#[cfg(feature = "mysql")]
impl FromPool for MySqlStore {
    type Pool = sqlx::MySqlPool;

    async fn from_pool(pool: sqlx::MySqlPool) -> Result<Self, StoreError> {
        Self::in_pool(pool).await
    }
}
