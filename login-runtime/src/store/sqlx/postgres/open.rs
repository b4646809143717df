//! Opening the database.

use std::{str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::advice;
use crate::store::StoreError;

/// How long a statement waits for a connection: less than a request waits for the store.
const PATIENCE: Duration = Duration::from_secs(3);

/// After how long a connection is asked whether it is still there before it is used.
const IDLE: Duration = Duration::from_secs(1);

/// A pool that connects when it is first used.
pub(super) fn open(url: &str) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)
        // The address may have a password in it, so it is not told.
        .map_err(|error| advice::failure("the address of PostgreSQL".to_owned(), error))?
        .disable_statement_logging();
    Ok(PgPoolOptions::new()
        .acquire_timeout(PATIENCE)
        // Asking each time would double every read.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move { Ok(about.idle_for < IDLE || connection.ping().await.is_ok()) })
        })
        .connect_lazy_with(options))
}

/// What to call the database of a pool: all but the account.
pub(super) fn name(pool: &PgPool) -> String {
    let options = pool.connect_options();
    let database = options.get_database().unwrap_or(options.get_username());
    match options.get_socket() {
        Some(socket) => format!("postgres:{}/{database}", socket.display()),
        None => {
            let (host, port) = (options.get_host(), options.get_port());
            format!("postgres://{host}:{port}/{database}")
        }
    }
}
