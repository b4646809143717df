//! Stores behind an application's own connection, of the `redis` crate 1.
//!
//! Nothing else of this crate's interface names a type of `redis`. When the crate moves to another
//! `redis`, a module of that name takes the place of this one, in a minor release: the version number
//! of this crate says nothing about this module.

use std::future::Future;

use redis::{aio::ConnectionManager, cluster_async::ClusterConnection};

use super::{RedisStore, connection::Connection};
use crate::store::StoreError;

/// A store that can keep its logins behind an application's own connection.
///
/// The connection's settings stay as they are: give it a response timeout below the manager's
/// [`timeout`](crate::LoginManagerBuilder::timeout), so that a server that is away is an
/// answer and not a wait. Logins are read from primaries also where the connection prefers replicas.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use login_runtime::store::{RedisStore, redis_1::FromConnection};
/// use redis::aio::ConnectionManager;
///
/// let client = redis::Client::open("redis://redis.example.com")?;
/// let manager = ConnectionManager::new(client).await?;
/// let store = RedisStore::from_connection(manager.clone()).await?;
/// # Ok(()) }
/// ```
pub trait FromConnection<C>: Sized {
    /// Keeps the logins in the server or the cluster behind the connection, beside whatever else is
    /// there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] where it does not answer, or is a replica.
    fn from_connection(connection: C) -> impl Future<Output = Result<Self, StoreError>> + Send;
}

impl FromConnection<ConnectionManager> for RedisStore {
    async fn from_connection(connection: ConnectionManager) -> Result<Self, StoreError> {
        Self::over(Connection::One(connection)).await
    }
}

impl FromConnection<ClusterConnection> for RedisStore {
    async fn from_connection(connection: ClusterConnection) -> Result<Self, StoreError> {
        Self::over(Connection::Cluster(connection)).await
    }
}
