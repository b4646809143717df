//! Logins in an SQL database, through sqlx.

mod failure;
#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "postgres")]
mod postgres;
mod record;
mod schema;
#[cfg(feature = "sqlite")]
mod sqlite;
pub mod sqlx_0_9;
mod statements;
mod step;

#[cfg(feature = "mysql")]
pub use self::mysql::MySqlStore;
#[cfg(feature = "postgres")]
pub use self::postgres::PostgresStore;
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
