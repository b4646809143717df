//! An SQLite file, shared, unusable, damaged or from the future.

use std::{num::NonZeroUsize, path::Path, sync::Arc, time::Duration};

use login_runtime::{
    Timestamp,
    store::{
        Cursor, Login, LoginId, LoginStore, Page, SqliteStore, StoreError, Ticket, Update,
        contract, sqlx_0_9::FromPool,
    },
};
use login_tests::Record;
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::temp::TempDir;

fn login(number: u8) -> Arc<Login> {
    Record::new(LoginId::from_bytes([number; 16]), "ada").login()
}

fn ticket(login: &Login) -> Ticket<'_> {
    Ticket::new(login.realm(), login.id(), &[])
}

async fn find(store: &SqliteStore, login: &Login) -> Result<Option<Arc<Login>>, StoreError> {
    store.load(ticket(login)).await
}

/// A second connection to a file, as another program would have one.
async fn open(file: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true);
    SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap()
}

/// The sentence with which `connect` refuses.
async fn refusal(database: impl AsRef<Path>) -> String {
    let error = SqliteStore::connect(database).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    error.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_store_keeps_the_contract() {
    let dir = TempDir::new();
    contract::run(async || SqliteStore::connect(dir.file("logins.db")).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_store_keeps_the_contract_in_an_applications_pool() {
    let dir = TempDir::new();
    let url = format!("sqlite://{}?mode=rwc", dir.file("app.db").display());
    let pool = SqlitePool::connect(&url).await.unwrap();
    sqlx::query("PRAGMA journal_mode = WAL")
        .execute(&pool)
        .await
        .unwrap();
    contract::run(async || SqliteStore::from_pool(pool.clone()).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_store_keeps_the_contract_in_memory() {
    let options = SqlitePoolOptions::new().max_connections(1);
    let pool = options.connect("sqlite::memory:").await.unwrap();
    contract::run(async || SqliteStore::from_pool(pool.clone()).await.unwrap()).await;
}

/// Two processes on one file: what one has answered, the other sees.
struct Two {
    writes: SqliteStore,
    reads: SqliteStore,
}

impl LoginStore for Two {
    async fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Result<(), StoreError> {
        self.writes.create(login, cap).await
    }

    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        self.reads.load(ticket).await
    }

    async fn update(&self, login: Arc<Login>) -> Result<Update, StoreError> {
        // Either one, so that both compete for the file.
        match login.version() % 2 {
            0 => self.writes.update(login).await,
            _ => self.reads.update(login).await,
        }
    }

    async fn delete(&self, ticket: Ticket<'_>) -> Result<bool, StoreError> {
        self.writes.delete(ticket).await
    }

    async fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> Result<u64, StoreError> {
        self.reads.delete_user(realm, user_id, keep).await
    }

    async fn delete_realm(&self, realm: &str) -> Result<u64, StoreError> {
        self.reads.delete_realm(realm).await
    }

    async fn list_user(&self, realm: &str, user_id: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        self.writes.list_user(realm, user_id).await
    }

    async fn list_realm(
        &self,
        realm: &str,
        cursor: Option<&Cursor>,
        limit: NonZeroUsize,
    ) -> Result<Page<Arc<Login>>, StoreError> {
        self.writes.list_realm(realm, cursor, limit).await
    }

    async fn purge_expired(
        &self,
        realm: &str,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        self.reads.purge_expired(realm, before, limit).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_sqlite_stores_on_one_file_keep_the_contract() {
    let dir = TempDir::new();
    let file = dir.file("logins.db");
    contract::run(async || Two {
        writes: SqliteStore::connect(&file).await.unwrap(),
        reads: SqliteStore::connect(&file).await.unwrap(),
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_stores_may_start_at_once_on_a_new_file() {
    for _ in 0..20 {
        let dir = TempDir::new();
        let starts: Vec<_> = (0..12)
            .map(|_| tokio::spawn(SqliteStore::connect(dir.file("logins.db"))))
            .collect();
        for (number, start) in (0..).zip(starts) {
            let store = start.await.unwrap().unwrap();
            store
                .create(login(number), NonZeroUsize::MAX)
                .await
                .unwrap();
        }
        let store = SqliteStore::connect(dir.file("logins.db")).await.unwrap();
        assert_eq!(store.list_user("login", "ada").await.unwrap().len(), 12);
    }
}

#[tokio::test]
async fn logins_are_there_after_a_restart() {
    let dir = TempDir::new();
    let store = SqliteStore::connect(dir.file("logins.db")).await.unwrap();
    store.create(login(1), NonZeroUsize::MIN).await.unwrap();
    store.close().await;
    assert!(
        !dir.file("logins.db-wal").exists(),
        "the log was not folded into the file"
    );

    let error = find(&store, &login(1)).await.unwrap_err().to_string();
    assert!(
        error.contains("has been closed; keep the store open"),
        "{error}"
    );

    let url = format!("sqlite:{}", dir.file("logins.db").display());
    let store = SqliteStore::connect(url).await.unwrap();
    assert_eq!(find(&store, &login(1)).await.unwrap(), Some(login(1)));
}

#[tokio::test]
async fn readers_do_not_wait_for_a_writer() {
    let dir = TempDir::new();
    let store = SqliteStore::connect(dir.file("logins.db")).await.unwrap();
    store.create(login(1), NonZeroUsize::MIN).await.unwrap();
    let other = open(&dir.file("logins.db")).await;
    let writing = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    assert!(find(&store, &login(1)).await.unwrap().is_some());
    drop(writing);
}

#[tokio::test]
async fn a_locked_file_is_named() {
    let dir = TempDir::new();
    let file = dir.file("app.db");
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let pool = SqlitePool::connect_with(options.busy_timeout(Duration::ZERO))
        .await
        .unwrap();
    let store = SqliteStore::from_pool(pool.clone()).await.unwrap();
    let writing = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
    for error in [
        store.create(login(1), NonZeroUsize::MIN).await.unwrap_err(),
        store.delete(ticket(&login(1))).await.unwrap_err(),
        SqliteStore::from_pool(pool.clone()).await.unwrap_err(),
    ] {
        let sentence = error.to_string();
        assert!(
            sentence.contains("app.db` is held locked by another connection"),
            "{sentence}"
        );
    }
    writing.rollback().await.unwrap();
    store.create(login(1), NonZeroUsize::MIN).await.unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_grow_is_named_and_keeps_what_it_has() {
    let dir = TempDir::new();
    let pool = open(&dir.file("app.db")).await;
    let store = SqliteStore::from_pool(pool.clone()).await.unwrap();
    sqlx::query("PRAGMA max_page_count = 20")
        .execute(&pool)
        .await
        .unwrap();
    let mut kept = 0;
    let sentence = loop {
        let record = Record {
            user_agent: Some("x".repeat(256).into()),
            ..Record::from(&login(kept))
        };
        match store.create(record.login(), NonZeroUsize::MAX).await {
            Ok(()) => kept += 1,
            Err(error) => break error.to_string(),
        }
    };
    assert!(
        sentence.contains("app.db` cannot grow; make room on its disk"),
        "{sentence}"
    );
    let listed = store.list_user("login", "ada").await.unwrap();
    assert_eq!(listed.len(), usize::from(kept));
    // A logout needs no room.
    assert!(store.delete(ticket(&login(0))).await.unwrap());
}

#[tokio::test]
async fn an_applications_pool_stays_open() {
    let dir = TempDir::new();
    let pool = open(&dir.file("app.db")).await;
    let store = SqliteStore::from_pool(pool.clone()).await.unwrap();
    store.close().await;
    assert!(!pool.is_closed());
}

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
async fn a_directory_that_does_not_exist_is_named() {
    let dir = TempDir::new();
    let sentence = refusal(dir.file("missing/logins.db")).await;
    assert!(
        sentence.contains("missing/logins.db` cannot be opened; check that"),
        "{sentence}"
    );
    let sentence = refusal(dir.path()).await;
    assert!(sentence.contains("cannot be opened"), "{sentence}");
    assert!(!dir.file("missing").exists());
}

#[tokio::test]
async fn a_url_that_forbids_it_makes_no_file() {
    let dir = TempDir::new();
    let url = |mode| format!("sqlite://{}?mode={mode}", dir.file("logins.db").display());
    let sentence = refusal(url("rw")).await;
    assert!(sentence.contains("cannot be opened"), "{sentence}");
    assert!(!dir.file("logins.db").exists());
    SqliteStore::connect(url("rwc")).await.unwrap();
    SqliteStore::connect(url("rw")).await.unwrap();
}

#[tokio::test]
async fn a_file_that_cannot_be_written_is_refused_at_once() {
    let dir = TempDir::new();
    SqliteStore::connect(dir.file("logins.db"))
        .await
        .unwrap()
        .close()
        .await;
    let sentence = refusal(format!(
        "sqlite:{}?mode=ro",
        dir.file("logins.db").display()
    ))
    .await;
    assert!(
        sentence.contains("cannot be written; make the file"),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let dir = TempDir::new();
    let file = dir.file("logins.db");
    let garbage = b"To whom it may concern: this is a letter. ".repeat(100);
    std::fs::write(&file, &garbage).unwrap();
    let sentence = refusal(&file).await;
    assert!(
        sentence.contains("is not an SQLite database; name another file"),
        "{sentence}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), garbage);
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
async fn a_database_in_memory_is_refused() {
    for database in [":memory:", "sqlite::memory:", "sqlite://logins?mode=memory"] {
        let sentence = refusal(database).await;
        assert!(sentence.contains("use `MemoryStore`"), "{sentence}");
    }
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

#[tokio::test]
async fn a_create_that_is_dropped_halfway_leaves_nothing_locked() {
    let dir = TempDir::new();
    let store = SqliteStore::connect(dir.file("logins.db")).await.unwrap();
    for polls in 0..12 {
        let mut create = Box::pin(store.create(login(polls), NonZeroUsize::MAX));
        for _ in 0..polls {
            if let std::task::Poll::Ready(done) = futures_poll(create.as_mut()).await {
                done.unwrap();
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(create);
        store
            .create(login(100 + polls), NonZeroUsize::MAX)
            .await
            .unwrap();
    }
}

/// Polls a future once.
async fn futures_poll<F: Future>(mut future: std::pin::Pin<&mut F>) -> std::task::Poll<F::Output> {
    let mut once = Some(());
    std::future::poll_fn(move |context| match once.take() {
        Some(()) => std::task::Poll::Ready(future.as_mut().poll(context)),
        None => std::task::Poll::Pending,
    })
    .await
}
