//! The tables, and how an older release's become this one's.

use sqlx::PgPool;

use crate::store::sqlx::schema::{Schema, missing};

/// What turns the schema of one version into that of the next; the first starts from nothing.
///
/// A step that has been released is never changed: a later release appends another.
const STEPS: &[&str] = &[FIRST];

// Text is compared by its bytes, whatever the database's collation. A fifth of every page stays free
// for the next version of its rows, so that noting that a login was seen touches no index.
const FIRST: &str = r#"
CREATE TABLE login_runtime_logins (
    realm text COLLATE "C" NOT NULL,
    id bytea NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    last_seen_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    forget_at bigint NOT NULL,
    payload bytea NOT NULL,
    PRIMARY KEY (realm, id)
) WITH (fillfactor = 80);
CREATE INDEX login_runtime_logins_by_user ON login_runtime_logins (realm, user_id);
CREATE INDEX login_runtime_logins_by_expiry ON login_runtime_logins (realm, forget_at);
"#;

/// Makes the tables, or brings them up to date, in one transaction.
///
/// Where there is nothing to do nothing is written, so that the account may have no right to.
pub(super) async fn prepare(pool: &PgPool) -> Result<Schema, sqlx::Error> {
    upgrade(pool, STEPS).await
}

async fn upgrade(pool: &PgPool, steps: &[&'static str]) -> Result<Schema, sqlx::Error> {
    // Whoever comes second waits for the lock and then finds the work done. The number is that of no
    // user: it is the name of this crate.
    let mut step = pool
        .begin_with(
            "BEGIN ISOLATION LEVEL READ COMMITTED; \
             SELECT pg_advisory_xact_lock(x'6c6f67696e5f7275'::bigint)",
        )
        .await?;
    let (read_only, exists): (bool, bool) = sqlx::query_as(
        "SELECT current_setting('transaction_read_only')::boolean, \
         to_regclass('login_runtime_schema') IS NOT NULL",
    )
    .fetch_one(&mut *step)
    .await?;
    if read_only {
        return Ok(Schema::ReadOnly);
    }
    if !exists {
        sqlx::raw_sql("CREATE TABLE login_runtime_schema (version bigint PRIMARY KEY)")
            .execute(&mut *step)
            .await?;
    }
    let found: i64 =
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM login_runtime_schema")
            .fetch_one(&mut *step)
            .await?;
    for (version, sql) in missing(found, steps) {
        sqlx::raw_sql(sql).execute(&mut *step).await?;
        sqlx::query("INSERT INTO login_runtime_schema (version) VALUES ($1)")
            .bind(version)
            .execute(&mut *step)
            .await?;
    }
    step.commit().await?;
    Ok(Schema::of(found, steps))
}
