//! Logins in an SQL database, through sqlx.

mod failure;
mod record;
mod sqlite;

pub use self::sqlite::SqliteStore;
