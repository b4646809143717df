//! Logins in a PostgreSQL database.

mod advice;
mod open;
mod schema;

use std::{fmt, num::NonZeroUsize, sync::Arc};

use sqlx::{AssertSqlSafe, PgPool};

use super::{
    record::{self, columns, state},
    statements::one_statement_each,
    step,
};
use crate::{
    clock::Timestamp,
    login::{Login, LoginId, is_user_id},
    store::{Cursor, LoginStore, Page, StoreError, Ticket, Update, tag::tag},
};

/// Ends the least recently seen logins of a user but the first `$10`, and makes a new one.
const CREATE: &str = concat!(
    "WITH room AS (\
     DELETE FROM login_runtime_logins WHERE realm = $1 AND id IN (\
     SELECT id FROM login_runtime_logins WHERE realm = $1 AND user_id = $3 \
     ORDER BY last_seen_at DESC, created_at DESC, id DESC OFFSET $10)) \
     INSERT INTO login_runtime_logins (realm, ",
    columns!(),
    ", forget_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
);

const SELECT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = $1 AND id = $2",
);

const SELECT_USER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = $1 AND user_id = $2 \
     ORDER BY last_seen_at DESC, created_at DESC, id DESC",
);

const SELECT_REALM: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = $1 AND id > $2 ORDER BY id LIMIT $3",
);

/// Compares and sets: `$10` is the version that the record must have. Where `forget_at` stays what it
/// was, no index has anything to do: PostgreSQL compares the values.
const UPDATE: &str = concat!(
    "UPDATE login_runtime_logins SET (",
    state!(),
    ", forget_at) = ($4, $5, $6, $7, $8, $9) \
     WHERE realm = $1 AND id = $2 AND user_id = $3 AND version = $10",
);

const EXISTS: &str = "SELECT EXISTS (\
     SELECT 1 FROM login_runtime_logins WHERE realm = $1 AND id = $2 AND user_id = $3)";

const DELETE: &str = "DELETE FROM login_runtime_logins WHERE realm = $1 AND id = $2";

const DELETE_USER: &str = "DELETE FROM login_runtime_logins \
     WHERE realm = $1 AND user_id = $2 AND id IS DISTINCT FROM $3";

const DELETE_REALM: &str = "DELETE FROM login_runtime_logins WHERE realm = $1";

/// Of the records that expire within the hour it looks at no more than `$4`, and it waits for no lock:
/// a transaction that holds a record is about to extend it or to end it.
const PURGE: &str = "DELETE FROM login_runtime_logins \
     WHERE realm = $1 AND expires_at <= $2 AND id IN (\
     SELECT id FROM login_runtime_logins \
     WHERE realm = $1 AND expires_at <= $2 AND id = ANY (ARRAY(\
     SELECT id FROM (\
     SELECT id, expires_at FROM login_runtime_logins WHERE realm = $1 AND forget_at <= $5 \
     ORDER BY forget_at LIMIT $4) AS soon \
     WHERE expires_at <= $2 LIMIT $3)) \
     FOR UPDATE SKIP LOCKED)";

/// Keeps logins in a PostgreSQL database, which any number of servers may share.
///
/// The store makes its own tables, `login_runtime_logins` and `login_runtime_schema`, in the schema
/// that is first in the account's `search_path`, and touches nothing else. Any number of servers may
/// start at once, and a release with another schema brings the tables up to date. For example, who is
/// logged in:
///
/// ```sql
/// SELECT user_id, to_timestamp(last_seen_at) FROM login_runtime_logins;
/// ```
///
/// To keep the logins in the database of an application's own pool, see
/// [`sqlx_0_9`](super::sqlx_0_9).
///
/// # What it promises
///
/// A logout that was answered is final as soon as the answer is there, on every server, and stays so
/// after a crash, where `synchronous_commit` and `fsync` are as PostgreSQL has them by default. After
/// a failover it stays so if the standby that takes over was a synchronous one. Give the address of
/// the primary: a hot standby is refused, because it answers with what was true a moment ago.
///
/// Through PgBouncer in transaction mode it works from PgBouncer 1.21 on with
/// `max_prepared_statements` above 0, which it is by default from 1.24 on.
///
/// It brings no TLS of its own: switch one of sqlx's `tls-` features on in your application, and
/// `connect` uses it.
///
/// # Costs
///
/// Finding a login, noting that it was seen and ending it are one statement each; logging in is three
/// round trips. Noting that a login was seen changes no index.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use login_runtime::store::PostgresStore;
///
/// let store = PostgresStore::connect("postgres://app:password@db.example.com/app").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct PostgresStore {
    pool: PgPool,
    /// Whether the pool is the application's.
    borrowed: bool,
}

impl PostgresStore {
    /// Connects to a database, with a pool of ten connections.
    ///
    /// `url` is `postgres://user:password@host:port/database`, with the parameters that libpq
    /// knows; what it does not say is taken from the environment, as libpq does.
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
    pub(super) async fn in_pool(pool: PgPool) -> Result<Self, StoreError> {
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

impl LoginStore for PostgresStore {
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
                    record::bind(sqlx::query(UPDATE), &login)
                        .bind(record::forget_at(login.expires_at))
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
        let purge = step::settled(|| {
            sqlx::query(PURGE)
                .bind(realm)
                .bind(before.as_secs())
                .bind(record::number(limit))
                .bind(record::looks(limit))
                .bind(record::forget_at(before.as_secs()))
                .execute(&self.pool)
        });
        let done = purge.await.map_err(|error| self.failure(error))?;
        Ok(done.rows_affected())
    }
}

/// Makes a login while no other connection makes one for the same user.
///
/// The lock is taken before the statement that counts: a statement sees what was there when it began.
async fn create(pool: &PgPool, login: &Login, cap: NonZeroUsize) -> Result<(), sqlx::Error> {
    let mut lock = [0; 8];
    lock.copy_from_slice(&tag(&login.realm, &login.user_id)[..8]);
    let lock = i64::from_be_bytes(lock);
    let begin =
        format!("BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({lock})");
    // There is nothing in it but a number.
    let mut step = pool.begin_with(AssertSqlSafe(begin)).await?;
    record::bind(sqlx::query(CREATE), login)
        .bind(record::forget_at(login.expires_at))
        .bind(record::number(cap.get() - 1))
        .execute(&mut *step)
        .await?;
    step.commit().await
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore")
            .field("database", &open::name(&self.pool))
            .finish_non_exhaustive()
    }
}
