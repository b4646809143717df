//! Logins in a MariaDB or MySQL database.

mod advice;
mod open;
mod schema;

use std::{fmt, num::NonZeroUsize, sync::Arc};

use sqlx::{MySql, MySqlPool, QueryBuilder, Transaction};

use super::{
    record::{self, columns},
    statements::one_statement_each,
    step,
};
use crate::{
    clock::Timestamp,
    login::{Login, LoginId, is_user_id},
    store::{Cursor, LoginStore, Page, StoreError, Ticket, Update, tag::tag},
};

/// How many records a purge forgets in one transaction.
const AT_ONCE: usize = 256;

/// Until the transaction ends, no other connection makes a login for a user whose lock this is.
const LOCK: &str = "SELECT number FROM login_runtime_locks WHERE number = ? FOR UPDATE";

/// How many locks there are. Two users who share one wait for each other's logging in, and for nothing
/// else.
const LOCKS: u16 = 1024;

/// Ends the least recently seen logins of a user but the first so many. MySQL wants a number for "all
/// the rest", and the inner selection to have a name.
const MAKE_ROOM: &str = "DELETE FROM login_runtime_logins WHERE realm = ? AND id IN (\
     SELECT id FROM (\
     SELECT id FROM login_runtime_logins WHERE realm = ? AND user_id = ? \
     ORDER BY last_seen_at DESC, created_at DESC, id DESC LIMIT ?, 9223372036854775807) AS rest)";

const INSERT: &str = concat!(
    "INSERT INTO login_runtime_logins (realm, ",
    columns!(),
    ", forget_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
);

const SELECT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = ? AND id = ?",
);

const SELECT_USER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = ? AND user_id = ? \
     ORDER BY last_seen_at DESC, created_at DESC, id DESC",
);

const SELECT_REALM: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = ? AND id > ? ORDER BY id LIMIT ?",
);

/// Compares and sets: the last number is the version that the record must have.
const UPDATE: &str = "UPDATE login_runtime_logins SET version = ?, created_at = ?, \
     last_seen_at = ?, expires_at = ?, payload = ?, forget_at = ? \
     WHERE realm = ? AND id = ? AND user_id = ? AND version = ?";

const EXISTS: &str = "SELECT EXISTS (\
     SELECT 1 FROM login_runtime_logins WHERE realm = ? AND id = ? AND user_id = ?)";

const DELETE: &str = "DELETE FROM login_runtime_logins WHERE realm = ? AND id = ?";

const DELETE_USER: &str = "DELETE FROM login_runtime_logins \
     WHERE realm = ? AND user_id = ? AND NOT (id <=> ?)";

const DELETE_REALM: &str = "DELETE FROM login_runtime_logins WHERE realm = ?";

/// What has expired. Of the records that expire within the hour it looks at no more than so many.
const EXPIRED: &str = "SELECT id FROM (\
     SELECT id, expires_at FROM login_runtime_logins WHERE realm = ? AND forget_at <= ? \
     ORDER BY forget_at LIMIT ?) AS soon \
     WHERE expires_at <= ? LIMIT ?";

/// Keeps logins in a MariaDB or MySQL database, which any number of servers may share.
///
/// The store makes its own tables, `login_runtime_logins`, `login_runtime_locks` and
/// `login_runtime_schema`, and touches nothing else. Any number of servers may start at once, and a
/// release with another schema brings the tables up to date. For example, who is logged in:
///
/// ```sql
/// SELECT CONVERT(user_id USING utf8mb4), FROM_UNIXTIME(last_seen_at) FROM login_runtime_logins;
/// ```
///
/// To keep the logins in the database of an application's own pool, see
/// [`sqlx_0_9`](super::sqlx_0_9).
///
/// # What it promises
///
/// A logout that was answered is final as soon as the answer is there, on every server, and stays so
/// after a crash, where `innodb_flush_log_at_trx_commit` is 1, as it is by default. Replication is
/// asynchronous unless you change that, so a failover can undo a logout of the last moments. Give the
/// address of the primary: a server that is read-only is refused, because a replica answers with what
/// was true a moment ago. Users are told apart by every byte of their ids, whatever the collation.
///
/// It needs MariaDB 10.6 or MySQL 8.0, for `SKIP LOCKED`, and it is tested with MariaDB 10.11.
///
/// It brings no TLS of its own. MySQL 8 accounts log in by `caching_sha2_password`, which takes either
/// TLS (one of sqlx's `tls-` features in your application, and `connect` uses it) or sqlx's feature
/// `mysql-rsa`; MariaDB's usual accounts need neither.
///
/// # Costs
///
/// Finding a login, noting that it was seen and ending it are one statement each; logging in is a
/// transaction of five round trips.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use login_runtime::store::MySqlStore;
///
/// let store = MySqlStore::connect("mysql://app:password@db.example.com/app").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct MySqlStore {
    pool: MySqlPool,
    /// Whether the pool is the application's.
    borrowed: bool,
}

impl MySqlStore {
    /// Connects to a database, with a pool of ten connections.
    ///
    /// `url` is `mysql://user:password@host:port/database`, with the parameters of
    /// [sqlx](https://docs.rs/sqlx/0.9/sqlx/mysql/struct.MySqlConnectOptions.html).
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] with a sentence that names the database: where it cannot be
    /// reached, refuses the account, is read-only, does not let the account make tables that are
    /// missing, or was written by a release with a newer schema.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let store = Self {
            pool: open::open(url)?,
            borrowed: false,
        };
        match store.prepare().await {
            Ok(()) => Ok(store),
            Err(error) => {
                store.close().await;
                Err(error)
            }
        }
    }

    /// Keeps the logins in the database of a pool that is somebody else's.
    pub(super) async fn in_pool(pool: MySqlPool) -> Result<Self, StoreError> {
        let store = Self {
            pool,
            borrowed: true,
        };
        store.prepare().await?;
        Ok(store)
    }

    /// Waits for what is under way and closes the connections; every later call is an error.
    ///
    /// A pool given to [`from_pool`](super::sqlx_0_9::FromPool::from_pool) is the application's to close, and stays
    /// open.
    pub async fn close(&self) {
        if !self.borrowed {
            self.pool.close().await;
        }
    }

    async fn prepare(&self) -> Result<(), StoreError> {
        let pool = self.pool.clone();
        let schema = step::to_its_end(async move { schema::prepare(&pool).await }).await;
        let schema = schema.map_err(|error| self.failure(error))?;
        schema.check(&open::name(&self.pool))
    }

    fn failure(&self, error: sqlx::Error) -> StoreError {
        advice::failure(open::name(&self.pool), error)
    }
}

impl LoginStore for MySqlStore {
    one_statement_each!(pool, pool);

    async fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Result<(), StoreError> {
        let pool = self.pool.clone();
        let create =
            step::to_its_end(async move { step::settled(|| create(&pool, &login, cap)).await });
        create.await.map_err(|error| self.failure(error))
    }

    async fn update(&self, login: Arc<Login>) -> Result<Update, StoreError> {
        let update = async {
            if let Some(version) = login.version.checked_sub(1) {
                let update = step::settled(|| {
                    sqlx::query(UPDATE)
                        .bind(login.version.cast_signed())
                        .bind(login.created_at)
                        .bind(login.last_seen_at)
                        .bind(login.expires_at)
                        .bind(login.payload())
                        .bind(record::forget_at(login.expires_at))
                        .bind(&*login.realm)
                        .bind(&login.id.as_bytes()[..])
                        .bind(&*login.user_id)
                        .bind(version.cast_signed())
                        .execute(&self.pool)
                });
                if update.await?.rows_affected() == 1 {
                    return Ok(Update::Updated);
                }
            }
            let exists: bool = sqlx::query_scalar(EXISTS)
                .bind(&*login.realm)
                .bind(&login.id.as_bytes()[..])
                .bind(&*login.user_id)
                .fetch_one(&self.pool)
                .await?;
            Ok(if exists {
                Update::Changed
            } else {
                Update::Gone
            })
        };
        update.await.map_err(|error| self.failure(error))
    }

    async fn purge_expired(
        &self,
        realm: &str,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let (pool, realm) = (self.pool.clone(), Box::<str>::from(realm));
        let purge = step::to_its_end(async move {
            step::settled(|| purge(&pool, &realm, before.as_secs(), limit)).await
        });
        purge.await.map_err(|error| self.failure(error))
    }
}

/// Begins a transaction in which every statement sees what others have done by then, and no gaps
/// between records are locked.
async fn begin(pool: &MySqlPool) -> Result<Transaction<'static, MySql>, sqlx::Error> {
    pool.begin_with("SET TRANSACTION ISOLATION LEVEL READ COMMITTED; START TRANSACTION")
        .await
}

/// Makes a login while no other connection makes one for the same user.
async fn create(pool: &MySqlPool, login: &Login, cap: NonZeroUsize) -> Result<(), sqlx::Error> {
    let [a, b, ..] = tag(&login.realm, &login.user_id);
    let mut step = begin(pool).await?;
    sqlx::query(LOCK)
        .bind(u16::from_be_bytes([a, b]) % LOCKS)
        .fetch_one(&mut *step)
        .await?;
    sqlx::query(MAKE_ROOM)
        .bind(&*login.realm)
        .bind(&*login.realm)
        .bind(&*login.user_id)
        .bind(record::number(cap.get() - 1))
        .execute(&mut *step)
        .await?;
    record::bind(sqlx::query(INSERT), login)
        .bind(record::forget_at(login.expires_at))
        .execute(&mut *step)
        .await?;
    step.commit().await
}

/// Forgets what has expired, without waiting for locks: a transaction that holds a record is about to
/// extend it or to end it.
async fn purge(
    pool: &MySqlPool,
    realm: &str,
    before: i64,
    limit: usize,
) -> Result<u64, sqlx::Error> {
    let expired: Vec<Vec<u8>> = sqlx::query_scalar(EXPIRED)
        .bind(realm)
        .bind(record::forget_at(before))
        .bind(record::looks(limit))
        .bind(before)
        .bind(record::number(limit))
        .fetch_all(pool)
        .await?;
    let mut forgotten = 0;
    for ids in expired.chunks(AT_ONCE) {
        let mut step = begin(pool).await?;
        let mut lock = with_ids("SELECT id FROM", realm, before, ids);
        lock.push(" FOR UPDATE SKIP LOCKED");
        let locked: Vec<Vec<u8>> = lock.build_query_scalar().fetch_all(&mut *step).await?;
        if !locked.is_empty() {
            let mut delete = with_ids("DELETE FROM", realm, before, &locked);
            forgotten += delete.build().execute(&mut *step).await?.rows_affected();
        }
        step.commit().await?;
    }
    Ok(forgotten)
}

/// A statement about those of these records that have expired.
fn with_ids(what: &str, realm: &str, before: i64, ids: &[Vec<u8>]) -> QueryBuilder<MySql> {
    let mut query = QueryBuilder::new(what);
    query.push(" login_runtime_logins WHERE realm = ");
    query.push_bind(realm.to_owned());
    query.push(" AND expires_at <= ");
    query.push_bind(before);
    query.push(" AND id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.clone());
    }
    query.push(")");
    query
}

impl fmt::Debug for MySqlStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MySqlStore")
            .field("database", &open::name(&self.pool))
            .finish_non_exhaustive()
    }
}
