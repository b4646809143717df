//! The tables, and how an older release's become this one's.

use sqlx::{MySqlConnection, MySqlPool};

use super::LOCKS;
use crate::store::sqlx::schema::{Schema, missing};

/// What turns the schema of one version into that of the next; the first starts from nothing.
///
/// A step that has been released is never changed: a later release appends another. MySQL commits
/// before and after it makes a table, so a step may have been taken halfway, and has to bear being
/// taken again.
const STEPS: &[&str] = &[FIRST];

// What is compared is bytes: the usual collations take 'a' and 'A' for one user.
const FIRST: &str = "
CREATE TABLE IF NOT EXISTS login_runtime_logins (
    realm VARBINARY(512) NOT NULL,
    id BINARY(16) NOT NULL,
    user_id VARBINARY(512) NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    forget_at BIGINT NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (realm, id),
    INDEX login_runtime_logins_by_user (realm, user_id),
    INDEX login_runtime_logins_by_expiry (realm, forget_at)
) ENGINE = InnoDB ROW_FORMAT = DYNAMIC;
CREATE TABLE IF NOT EXISTS login_runtime_locks (
    number SMALLINT UNSIGNED NOT NULL PRIMARY KEY
) ENGINE = InnoDB;
";

/// Makes the tables, or brings them up to date.
///
/// Where there is nothing to do nothing is written, so an account without the right to make tables
/// will do then. A second server waits for the lock and finds the work done.
pub(super) async fn prepare(pool: &MySqlPool) -> Result<Schema, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let got: Option<i64> = sqlx::query_scalar(
        "SELECT GET_LOCK(CONCAT('login_runtime_schema.', SHA1(DATABASE())), 30)",
    )
    .fetch_one(&mut *connection)
    .await?;
    let schema = match got {
        Some(1) => upgrade(&mut connection, STEPS).await,
        _ => Err(sqlx::Error::PoolTimedOut),
    };
    // The lock is the connection's, and goes with it.
    connection.close().await?;
    schema
}

async fn upgrade(
    connection: &mut MySqlConnection,
    steps: &[&'static str],
) -> Result<Schema, sqlx::Error> {
    let (read_only, exists): (bool, bool) = sqlx::query_as(
        "SELECT @@global.read_only, EXISTS (SELECT 1 FROM information_schema.tables \
         WHERE table_schema = DATABASE() AND table_name = 'login_runtime_schema')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if read_only {
        return Ok(Schema::ReadOnly);
    }
    if !exists {
        sqlx::raw_sql(
            "CREATE TABLE login_runtime_schema (version BIGINT NOT NULL PRIMARY KEY) \
             ENGINE = InnoDB",
        )
        .execute(&mut *connection)
        .await?;
    }
    let found: i64 =
        sqlx::query_scalar("SELECT COALESCE(MAX(version), 0) FROM login_runtime_schema")
            .fetch_one(&mut *connection)
            .await?;
    for (version, sql) in missing(found, steps) {
        sqlx::raw_sql(sql).execute(&mut *connection).await?;
        if version == 1 {
            fill_locks(connection).await?;
        }
        sqlx::query("INSERT INTO login_runtime_schema (version) VALUES (?)")
            .bind(version)
            .execute(&mut *connection)
            .await?;
    }
    Ok(Schema::of(found, steps))
}

/// One row for each lock.
async fn fill_locks(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
    let mut fill = sqlx::QueryBuilder::new("INSERT IGNORE INTO login_runtime_locks (number) ");
    fill.push_values(0..LOCKS, |mut row, number| {
        row.push_bind(number);
    });
    fill.build().execute(connection).await?;
    Ok(())
}
