//! Logins in an SQLite file.

mod advice;
mod open;
mod private;
mod schema;

use std::{fmt, num::NonZeroUsize, path::Path, sync::Arc};

use sqlx::SqlitePool;

use super::{
    record::{self, columns, state},
    statements::one_statement_each,
    step,
};
use crate::{
    clock::Timestamp,
    login::{Login, LoginId, is_user_id},
    store::{Cursor, LoginStore, Page, StoreError, Ticket, Update},
};

const INSERT: &str = concat!(
    "INSERT INTO login_runtime_logins (realm, ",
    columns!(),
    ", forget_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
);

/// Ends the least recently seen logins of a user but the first `?3`.
const MAKE_ROOM: &str = "DELETE FROM login_runtime_logins WHERE rowid IN (\
     SELECT rowid FROM login_runtime_logins WHERE realm = ?1 AND user_id = ?2 \
     ORDER BY last_seen_at DESC, created_at DESC, id DESC LIMIT -1 OFFSET ?3)";

const SELECT: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = ?1 AND id = ?2",
);

const SELECT_USER: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = ?1 AND user_id = ?2 \
     ORDER BY last_seen_at DESC, created_at DESC, id DESC",
);

/// Every id comes after the empty one.
const SELECT_REALM: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM login_runtime_logins WHERE realm = ?1 AND id > ?2 ORDER BY id LIMIT ?3",
);

/// Compares and sets: `?10` is the version that the record must have. SQLite writes an index anew
/// whenever a column of it is set, be it to the same value, so this sets all but `forget_at`.
const UPDATE_WITHIN_THE_HOUR: &str = concat!(
    "UPDATE login_runtime_logins SET (",
    state!(),
    ") = (?4, ?5, ?6, ?7, ?8) \
     WHERE realm = ?1 AND id = ?2 AND user_id = ?3 AND version = ?10 AND forget_at = ?9",
);

const UPDATE: &str = concat!(
    "UPDATE login_runtime_logins SET (",
    state!(),
    ", forget_at) = (?4, ?5, ?6, ?7, ?8, ?9) \
     WHERE realm = ?1 AND id = ?2 AND user_id = ?3 AND version = ?10",
);

const EXISTS: &str = "SELECT EXISTS (\
     SELECT 1 FROM login_runtime_logins WHERE realm = ?1 AND id = ?2 AND user_id = ?3)";

const DELETE: &str = "DELETE FROM login_runtime_logins WHERE realm = ?1 AND id = ?2";

const DELETE_USER: &str = "DELETE FROM login_runtime_logins \
     WHERE realm = ?1 AND user_id = ?2 AND id IS NOT ?3";

const DELETE_REALM: &str = "DELETE FROM login_runtime_logins WHERE realm = ?1";

/// One statement, and so one transaction: what the inner part finds has expired when it goes.
///
/// Of the records that expire within the hour it looks at no more than `?4`.
const PURGE: &str = "DELETE FROM login_runtime_logins WHERE rowid IN (\
     SELECT rowid FROM (\
     SELECT rowid, expires_at FROM login_runtime_logins WHERE realm = ?1 AND forget_at <= ?5 \
     ORDER BY forget_at LIMIT ?4) \
     WHERE expires_at <= ?2 LIMIT ?3)";

/// Keeps logins in an SQLite file: nothing to run, logins outlive a restart, and several processes
/// on one machine may share the file.
///
/// The store makes its own tables, `login_runtime_logins` and `login_runtime_schema`, beside
/// whatever else is in the file, and touches nothing else. Several processes may start at once,
/// and a release with another schema brings the tables up to date. For example, who is logged in:
///
/// ```sql
/// SELECT user_id, datetime(last_seen_at, 'unixepoch') FROM login_runtime_logins;
/// ```
///
/// To keep the logins in the database of an application's own pool, see
/// [`sqlx_0_9`](super::sqlx_0_9).
///
/// The file is used with write-ahead logging, so that reading never waits for writing, and with
/// `synchronous = FULL`: a logout that was answered stays one after a power loss. Put the file on
/// a local disk; SQLite's locks do not hold on network file systems.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use login_runtime::store::SqliteStore;
///
/// let store = SqliteStore::connect("app.db").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    read: SqlitePool,
    write: SqlitePool,
    /// Whether the pools are the application's.
    borrowed: bool,
}

impl SqliteStore {
    /// Opens a database file, and makes it where there is none.
    ///
    /// `database` is a path, or an URL such as `sqlite://data/app.db?mode=rw` (which does not make
    /// the file).
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] with a sentence that names the file: where it cannot be opened,
    /// made or written, is no SQLite database, stays locked for five seconds, is in memory
    /// only, or was written by a release with a newer schema.
    pub async fn connect(database: impl AsRef<Path>) -> Result<Self, StoreError> {
        let pools = open::open(database.as_ref()).await?;
        let store = Self {
            read: pools.read,
            write: pools.write,
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
    pub(super) async fn in_pool(pool: SqlitePool) -> Result<Self, StoreError> {
        let store = Self {
            read: pool.clone(),
            write: pool,
            borrowed: true,
        };
        store.prepare().await?;
        Ok(store)
    }

    /// Waits for what is under way and closes the file; every later call is an error.
    ///
    /// A pool given to [`from_pool`](super::sqlx_0_9::FromPool::from_pool) is the application's to close, and stays
    /// open.
    pub async fn close(&self) {
        if !self.borrowed {
            self.read.close().await;
            // The last connection to close also folds the log into the file, so a writer's.
            self.write.close().await;
        }
    }

    async fn prepare(&self) -> Result<(), StoreError> {
        let schema = schema::prepare(&self.write).await;
        let schema = schema.map_err(|error| self.failure(error))?;
        schema.check(&self.file().to_string_lossy())
    }

    fn file(&self) -> Arc<Path> {
        self.write.connect_options().get_filename().into()
    }

    fn failure(&self, error: sqlx::Error) -> StoreError {
        advice::failure(&self.file(), error)
    }
}

impl LoginStore for SqliteStore {
    one_statement_each!(read, write);

    async fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Result<(), StoreError> {
        let write = self.write.clone();
        let create = step::to_its_end(async move {
            // The write lock comes first: a transaction that begins by reading could not get it
            // later without reading again.
            let mut step = write.begin_with("BEGIN IMMEDIATE").await?;
            sqlx::query(MAKE_ROOM)
                .bind(&*login.realm)
                .bind(&*login.user_id)
                .bind(record::number(cap.get() - 1))
                .execute(&mut *step)
                .await?;
            record::bind(sqlx::query(INSERT), &login)
                .bind(record::forget_at(login.expires_at))
                .execute(&mut *step)
                .await?;
            step.commit().await
        });
        create.await.map_err(|error| self.failure(error))
    }

    async fn update(&self, login: Arc<Login>) -> Result<Update, StoreError> {
        let update = async {
            if let Some(version) = login.version.checked_sub(1) {
                for statement in [UPDATE_WITHIN_THE_HOUR, UPDATE] {
                    let done = record::bind(sqlx::query(statement), &login)
                        .bind(record::forget_at(login.expires_at))
                        .bind(version.cast_signed())
                        .execute(&self.write)
                        .await?;
                    if done.rows_affected() == 1 {
                        return Ok(Update::Updated);
                    }
                }
            }
            let exists: bool = sqlx::query_scalar(EXISTS)
                .bind(&*login.realm)
                .bind(&login.id.as_bytes()[..])
                .bind(&*login.user_id)
                .fetch_one(&self.read)
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
        let purge = sqlx::query(PURGE)
            .bind(realm)
            .bind(before.as_secs())
            .bind(record::number(limit))
            .bind(record::looks(limit))
            .bind(record::forget_at(before.as_secs()))
            .execute(&self.write);
        let done = purge.await.map_err(|error| self.failure(error))?;
        Ok(done.rows_affected())
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("file", &self.file())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Row;

    use super::*;

    #[tokio::test]
    async fn a_logout_survives_a_power_loss() {
        let file = std::env::temp_dir().join(format!("login-runtime-{}.db", std::process::id()));
        let store = SqliteStore::connect(&file).await.unwrap();
        let setting = |sql| sqlx::query(sql).fetch_one(&store.write);
        let synchronous: i64 = setting("PRAGMA synchronous").await.unwrap().get(0);
        let journal: String = setting("PRAGMA journal_mode").await.unwrap().get(0);
        store.close().await;
        std::fs::remove_file(file).unwrap();
        assert_eq!((synchronous, &*journal), (2, "wal"), "2 is FULL");
    }
}
