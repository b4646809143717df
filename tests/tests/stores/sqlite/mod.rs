//! Logins in an SQLite file, which several may share.

mod table;
mod unusable;

use std::{num::NonZeroUsize, path::Path, sync::Arc};

use login_runtime::{
    Timestamp,
    store::{
        Cursor, Login, LoginId, LoginStore, Page, SqliteStore, StoreError, Ticket, Update,
        contract, sqlx_0_9::FromPool,
    },
};
use login_tests::{Log, Record, say};
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
    say("SqliteStore: keeps the contract");
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
    say("SqliteStore, in an application's pool: keeps the contract");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sqlite_store_keeps_the_contract_in_memory() {
    let options = SqlitePoolOptions::new().max_connections(1);
    let pool = options.connect("sqlite::memory:").await.unwrap();
    contract::run(async || SqliteStore::from_pool(pool.clone()).await.unwrap()).await;
    say("SqliteStore, in memory: keeps the contract");
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
    say("SqliteStore, two of one file: keeps the contract");
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
async fn an_applications_pool_stays_open() {
    let dir = TempDir::new();
    let pool = open(&dir.file("app.db")).await;
    let store = SqliteStore::from_pool(pool.clone()).await.unwrap();
    store.close().await;
    assert!(!pool.is_closed());
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

/// A login is worth as much as a password while it lasts.
#[cfg(unix)]
#[tokio::test]
async fn the_file_is_for_nobody_but_the_account_of_the_process() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let folder = TempDir::new();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let file = folder.path().join("logins.db");
    let store = SqliteStore::connect(&file).await.unwrap();
    store.create(login(1), NonZeroUsize::MIN).await.unwrap();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    // What is there already is somebody's decision.
    let file = folder.path().join("shared.db");
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    Log::begin();
    SqliteStore::connect(&file).await.unwrap();
    assert_eq!(mode(&file), 0o644);
    assert!(Log::lines("WARN").contains("chmod 600"));
}
