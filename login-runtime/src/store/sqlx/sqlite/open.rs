//! Opening the file.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use sqlx::{
    ConnectOptions, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};

use super::{advice, private};
use crate::store::StoreError;

/// How long a statement waits for another connection's, and for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many connections read. Each has a thread.
const READERS: u32 = 4;

/// The pool that reads and the one that writes.
pub(super) struct Pools {
    pub(super) read: SqlitePool,
    pub(super) write: SqlitePool,
}

/// Opens a database, makes it where there is none, and switches it to write-ahead logging.
pub(super) async fn open(database: &Path) -> Result<Pools, StoreError> {
    let options = options(database)?;
    let text = database.to_str().unwrap_or_default();
    if !text.contains("mode=") || text.contains("mode=rwc") {
        private::make(options.get_filename());
    }
    let options = options
        .busy_timeout(PATIENCE)
        // With `NORMAL` the last commits before a power loss may be undone, and a logout would be
        // one of them: the login would be back. It costs a flush of the disk for each write.
        .synchronous(SqliteSynchronous::Full)
        .thread_name(|number| format!("login-sqlite-{number}"))
        .disable_statement_logging();
    let failed = |error| advice::failure(database, error);

    let pool = SqlitePoolOptions::new()
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // The file does not go away like a server does; asking first would double each read.
        .test_before_acquire(false);
    // SQLite has one writer at a time. With one connection for it they queue here, in order,
    // instead of sleeping and trying again in there.
    let write = pool
        .clone()
        .max_connections(1)
        .connect_with(options.clone())
        .await
        .map_err(failed)?;
    log_ahead(&write).await.map_err(failed)?;
    let read = pool.max_connections(READERS).connect_lazy_with(options);
    Ok(Pools { read, write })
}

fn options(database: &Path) -> Result<SqliteConnectOptions, StoreError> {
    let url = database.to_str().filter(|text| text.starts_with("sqlite:"));
    if let Some(url) = url.or(database.to_str())
        && (url.contains(":memory:") || url.contains("mode=memory"))
    {
        return Err(StoreError::unavailable(
            "a database in memory belongs to a single connection; use `MemoryStore`, \
             or `SqliteStore::from_pool` with a pool of one connection",
        ));
    }
    match url {
        Some(url) => {
            let options: SqliteConnectOptions = url
                .parse()
                .map_err(|error| advice::failure(database, error))?;
            // What the URL says about it goes.
            Ok(if url.contains("mode=") {
                options
            } else {
                options.create_if_missing(true)
            })
        }
        None => Ok(SqliteConnectOptions::new()
            .filename(database)
            .create_if_missing(true)),
    }
}

/// Lets readers read while somebody writes. The setting stays in the file.
///
/// SQLite waits for no other process here, so several that start at once have to try again.
async fn log_ahead(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let give_up = Instant::now() + PATIENCE;
    loop {
        match sqlx::query("PRAGMA journal_mode = WAL").execute(pool).await {
            Err(error) if advice::is_busy(&error) && Instant::now() < give_up => {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            answer => return answer.map(drop),
        }
    }
}
