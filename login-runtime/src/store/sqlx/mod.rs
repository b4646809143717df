//! Logins in an SQL database, through sqlx.

mod failure;
mod record;
mod sqlite;
pub mod sqlx_0_9;

pub use self::sqlite::SqliteStore;
