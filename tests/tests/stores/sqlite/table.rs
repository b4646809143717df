//! What is in the tables, and when somebody else has been at them.

use std::num::NonZeroUsize;

use login_runtime::store::{LoginId, LoginStore, SqliteStore, Update, sqlx_0_9::FromPool};
use login_tests::Record;

use super::{find, login, open, refusal, ticket};
use crate::temp::TempDir;

#[tokio::test]
async fn an_applications_tables_and_versions_are_left_alone() {
    let dir = TempDir::new();
    let app = open(&dir.file("app.db")).await;
    sqlx::raw_sql(
        "CREATE TABLE _sqlx_migrations (version INTEGER PRIMARY KEY);
         INSERT INTO _sqlx_migrations VALUES (20260101000000);
         CREATE TABLE users (id INTEGER PRIMARY KEY);
         INSERT INTO users VALUES (1);
         PRAGMA user_version = 42;",
    )
    .execute(&app)
    .await
    .unwrap();
    let store = SqliteStore::connect(dir.file("app.db")).await.unwrap();
    store.create(login(1), NonZeroUsize::MIN).await.unwrap();

    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
            .fetch_all(&app)
            .await
            .unwrap();
    let ours = ["login_runtime_logins", "login_runtime_schema"];
    assert_eq!(tables, ["_sqlx_migrations", ours[0], ours[1], "users"]);
    let version: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&app)
        .await
        .unwrap();
    assert_eq!(version, 42);
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations, users")
        .fetch_one(&app)
        .await
        .unwrap();
    assert_eq!(rows, 1);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_as_it_is() {
    let dir = TempDir::new();
    let file = dir.file("logins.db");
    SqliteStore::connect(&file).await.unwrap().close().await;
    let newer = open(&file).await;
    sqlx::raw_sql(
        "INSERT INTO login_runtime_schema VALUES (1000);
         ALTER TABLE login_runtime_logins RENAME COLUMN user_id TO subject;",
    )
    .execute(&newer)
    .await
    .unwrap();
    let sentence = refusal(&file).await;
    assert!(
        sentence.contains("a newer release of login-runtime"),
        "{sentence}"
    );
    assert!(
        sentence.contains("its schema has version 1000"),
        "{sentence}"
    );
    let sentence = SqliteStore::from_pool(newer.clone())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        sentence.contains("a newer release of login-runtime"),
        "{sentence}"
    );
    let versions: Vec<i64> = sqlx::query_scalar("SELECT version FROM login_runtime_schema")
        .fetch_all(&newer)
        .await
        .unwrap();
    assert_eq!(versions, [1, 1000]);
}

#[tokio::test]
async fn a_row_that_somebody_else_wrote_is_an_error_not_a_login() {
    let dir = TempDir::new();
    let file = dir.file("logins.db");
    let store = SqliteStore::connect(&file).await.unwrap();
    store.create(login(1), NonZeroUsize::MIN).await.unwrap();
    let other = open(&file).await;
    for change in ["payload = x'0102'", "payload = x''", "id = x'01'"] {
        let sql = format!("UPDATE login_runtime_logins SET {change}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
            .execute(&other)
            .await
            .unwrap();
        let error = store
            .list_user("login", "ada")
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("delete the record"), "{change}: {error}");
    }
}

#[tokio::test]
async fn the_table_has_what_every_store_interprets_and_the_payload() {
    let dir = TempDir::new();
    let file = dir.file("logins.db");
    let store = SqliteStore::connect(&file).await.unwrap();
    let record = Record {
        version: 3,
        created_at: 10,
        last_seen_at: 20,
        expires_at: 7_201,
        ..Record::new(LoginId::from_bytes([1; 16]), "ada")
    };
    store
        .create(record.login(), NonZeroUsize::MIN)
        .await
        .unwrap();
    let other = open(&file).await;
    let columns: Vec<String> =
        sqlx::query_scalar("SELECT name FROM pragma_table_info('login_runtime_logins')")
            .fetch_all(&other)
            .await
            .unwrap();
    let interpreted = "realm id user_id version created_at last_seen_at expires_at";
    assert_eq!(
        columns.join(" "),
        format!("{interpreted} forget_at payload")
    );
    let row: (String, i64, i64, i64, i64, i64, Vec<u8>) = sqlx::query_as(
        "SELECT user_id, version, created_at, last_seen_at, expires_at, forget_at, payload \
         FROM login_runtime_logins",
    )
    .fetch_one(&other)
    .await
    .unwrap();
    let expected = ("ada".to_owned(), 3, 10, 20, 7_201, 10_800, record.payload());
    assert_eq!(row, expected);
}

/// The index goes by the hour, and forgets to the second.
#[tokio::test]
async fn the_hour_by_which_a_record_is_forgotten_follows_its_expiry() {
    let dir = TempDir::new();
    let file = dir.file("logins.db");
    let store = SqliteStore::connect(&file).await.unwrap();
    let mut record = Record::new(LoginId::from_bytes([1; 16]), "ada");
    record.expires_at = 1;
    store
        .create(record.login(), NonZeroUsize::MIN)
        .await
        .unwrap();
    let other = open(&file).await;
    let hour = async || -> i64 {
        sqlx::query_scalar("SELECT forget_at FROM login_runtime_logins")
            .fetch_one(&other)
            .await
            .unwrap()
    };
    // Within the hour, at its end, in the next, back again, and at both ends of time.
    for (expires_at, forget_at) in [
        (1, 3_600),
        (3_599, 3_600),
        (3_600, 3_600),
        (3_601, 7_200),
        (0, 0),
        (-1, 0),
        (-3_600, -3_600),
        (i64::MAX, i64::MAX),
        (i64::MIN, -9_223_372_036_854_774_000),
        (3_000, 3_600),
    ] {
        record.expires_at = expires_at;
        record.version += 1;
        let update = store.update(record.login()).await.unwrap();
        assert_eq!(update, Update::Updated);
        assert_eq!(hour().await, forget_at, "expires at {expires_at}");
    }
    let purge = async |before: i64| store.purge_expired("login", before.into(), 10).await;
    assert_eq!(purge(2_999).await.unwrap(), 0, "a second early");
    assert_eq!(purge(3_000).await.unwrap(), 1, "to the second");
}

/// However many expire within the hour, a purge looks at a bounded number of them, and by the end of the
/// hour it has forgotten them all.
#[tokio::test]
async fn a_purge_looks_at_a_bounded_number_of_records() {
    let dir = TempDir::new();
    let file = dir.file("logins.db");
    let store = SqliteStore::connect(&file).await.unwrap();
    let other = open(&file).await;
    sqlx::raw_sql(
        "WITH RECURSIVE number(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM number WHERE at < 3000)
         INSERT INTO login_runtime_logins
         SELECT 'login', CAST(printf('%016d', at) AS BLOB), 'ada', 0, 0, 0, 3600 - at, 3600, x'0100'
         FROM number;",
    )
    .execute(&other)
    .await
    .unwrap();
    // The 900 that have expired were written last.
    let mut purged = 0;
    while purged < 900 {
        let some = store.purge_expired("login", 1_499.into(), 1_000).await;
        let some = some.unwrap();
        assert!(some > 0, "a look at 16,000 records finds them");
        purged += some;
    }
    // To forget one it looks at 1,024, and the one that has expired since is behind them.
    assert_eq!(
        store.purge_expired("login", 1_500.into(), 1).await.unwrap(),
        0
    );
    // When the hour is over, all of them have expired.
    let mut left = 2_100;
    while left > 0 {
        let some = store.purge_expired("login", 3_600.into(), 32).await;
        let some = some.unwrap();
        assert!(some > 0, "{left} left");
        left -= some;
    }
}

#[tokio::test]
async fn tables_that_are_gone_are_an_error_not_a_logout() {
    let dir = TempDir::new();
    let file = dir.file("logins.db");
    let store = SqliteStore::connect(&file).await.unwrap();
    sqlx::raw_sql("DROP TABLE login_runtime_logins")
        .execute(&open(&file).await)
        .await
        .unwrap();
    assert!(find(&store, &login(1)).await.is_err());
    assert!(store.update(login(1)).await.is_err());
    assert!(store.delete(ticket(&login(1))).await.is_err());
}
