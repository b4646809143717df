//! The tables, and how an older release's become this one's.

use sqlx::SqlitePool;

/// What turns the schema of one version into that of the next; the first starts from nothing.
///
/// A step that has been released is never changed: a later release appends another.
const STEPS: &[&str] = &[FIRST];

const FIRST: &str = "
CREATE TABLE login_runtime_logins (
    realm TEXT NOT NULL,
    id BLOB NOT NULL,
    user_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    authenticated_at INTEGER NOT NULL,
    session_started_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    fresh_since INTEGER,
    identifier BLOB,
    auth_hash BLOB,
    forced INTEGER NOT NULL,
    user_agent TEXT,
    address TEXT,
    remember_token BLOB,
    remember_counter INTEGER,
    remember_rotated_at INTEGER,
    remember_acknowledged INTEGER,
    remember_expires_at INTEGER,
    previous_token BLOB,
    previous_counter INTEGER,
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX login_runtime_logins_by_user ON login_runtime_logins (realm, user_id);
CREATE INDEX login_runtime_logins_by_expiry ON login_runtime_logins (realm, expires_at);
";

/// What a database's tables are like.
pub(super) enum Schema {
    /// As this release wants them.
    Ready,
    /// Written by a release that knows more steps: this many.
    Newer(i64),
}

/// Makes the tables, or brings them up to date, in one transaction.
///
/// The version stands in a table of its own. `PRAGMA user_version` is one number for the whole
/// file, and the file may be an application's. Whoever comes second, in this process or in
/// another, waits for the write lock and then finds the work done.
pub(super) async fn prepare(pool: &SqlitePool) -> Result<Schema, sqlx::Error> {
    let mut step = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::raw_sql(
        "CREATE TABLE IF NOT EXISTS login_runtime_schema (version INTEGER PRIMARY KEY) STRICT",
    )
    .execute(&mut *step)
    .await?;
    let found: i64 =
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM login_runtime_schema")
            .fetch_one(&mut *step)
            .await?;
    // `BEGIN IMMEDIATE` begins reading where a file cannot be written, and says nothing. A deletion
    // does, also one of no row.
    sqlx::query("DELETE FROM login_runtime_schema WHERE version IS NULL")
        .execute(&mut *step)
        .await?;
    for (version, sql) in (1..).zip(STEPS) {
        if version > found {
            sqlx::raw_sql(*sql).execute(&mut *step).await?;
            sqlx::query("INSERT INTO login_runtime_schema (version) VALUES (?1)")
                .bind(version)
                .execute(&mut *step)
                .await?;
        }
    }
    step.commit().await?;
    let known = i64::try_from(STEPS.len()).unwrap_or(i64::MAX);
    Ok(if found > known {
        Schema::Newer(found)
    } else {
        Schema::Ready
    })
}
