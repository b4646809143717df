//! The tables, and how an older release's become this one's.

use sqlx::SqlitePool;

use crate::store::sqlx::schema::{Schema, missing};

/// What turns the schema of one version into that of the next; the first starts from nothing.
///
/// A step that has been released is never changed: a later release appends another.
const STEPS: &[&str] = &[FIRST];

const FIRST: &str = "
CREATE TABLE login_runtime_logins (
    realm TEXT NOT NULL,
    id BLOB NOT NULL,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    forget_at INTEGER NOT NULL,
    payload BLOB NOT NULL,
    PRIMARY KEY (realm, id)
) STRICT;
CREATE INDEX login_runtime_logins_by_user ON login_runtime_logins (realm, user_id);
CREATE INDEX login_runtime_logins_by_expiry ON login_runtime_logins (realm, forget_at);
";

/// Makes the tables, or brings them up to date, in one transaction.
///
/// The version stands in a table of its own. `PRAGMA user_version` is one number for the whole
/// file, and the file may be an application's. Whoever comes second, in this process or in
/// another, waits for the write lock and then finds the work done.
pub(super) async fn prepare(pool: &SqlitePool) -> Result<Schema, sqlx::Error> {
    upgrade(pool, STEPS).await
}

async fn upgrade(pool: &SqlitePool, steps: &[&'static str]) -> Result<Schema, sqlx::Error> {
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
    for (version, sql) in missing(found, steps) {
        sqlx::raw_sql(sql).execute(&mut *step).await?;
        sqlx::query("INSERT INTO login_runtime_schema (version) VALUES (?1)")
            .bind(version)
            .execute(&mut *step)
            .await?;
    }
    step.commit().await?;
    Ok(Schema::of(found, steps))
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqlitePoolOptions;

    use super::*;

    const SECOND: &str = "ALTER TABLE login_runtime_logins ADD COLUMN color TEXT;
        UPDATE login_runtime_logins SET color = 'red';";

    async fn pool() -> SqlitePool {
        let options = SqlitePoolOptions::new().max_connections(1);
        options.connect("sqlite::memory:").await.unwrap()
    }

    async fn versions(pool: &SqlitePool) -> Vec<i64> {
        sqlx::query_scalar("SELECT version FROM login_runtime_schema ORDER BY version")
            .fetch_all(pool)
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn each_step_is_taken_once_and_keeps_the_logins() {
        let pool = pool().await;
        for _ in 0..2 {
            assert!(matches!(upgrade(&pool, &[FIRST]).await, Ok(Schema::Ready)));
        }
        sqlx::raw_sql(
            "INSERT INTO login_runtime_logins VALUES ('login', x'01', 'ada', 0, 1, 2, 3, 3600, x'0100')",
        )
        .execute(&pool)
        .await
        .unwrap();
        for _ in 0..2 {
            let ready = upgrade(&pool, &[FIRST, SECOND]).await;
            assert!(matches!(ready, Ok(Schema::Ready)));
        }
        assert_eq!(versions(&pool).await, [1, 2]);
        let kept: (String, String) =
            sqlx::query_as("SELECT user_id, color FROM login_runtime_logins")
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!(kept, ("ada".to_owned(), "red".to_owned()));
        // The release before finds a schema that it does not know.
        let before = upgrade(&pool, &[FIRST]).await;
        assert!(matches!(before, Ok(Schema::Newer(2))));
    }

    #[tokio::test]
    async fn a_step_that_fails_leaves_everything_as_it_was() {
        let pool = pool().await;
        upgrade(&pool, &[FIRST]).await.unwrap();
        let halfway = "ALTER TABLE login_runtime_logins ADD COLUMN color TEXT; SELECT nonsense;";
        assert!(upgrade(&pool, &[FIRST, halfway]).await.is_err());
        assert_eq!(versions(&pool).await, [1]);
        upgrade(&pool, &[FIRST, SECOND]).await.unwrap();
        assert_eq!(versions(&pool).await, [1, 2]);
    }
}
