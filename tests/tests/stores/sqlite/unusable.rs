//! Files that cannot be used, and the sentences that say why.

use std::{num::NonZeroUsize, time::Duration};

use login_runtime::store::{LoginStore, SqliteStore, sqlx_0_9::FromPool};
use login_tests::Record;
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};

use super::{login, open, refusal, ticket};
use crate::temp::TempDir;

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
async fn a_database_in_memory_is_refused() {
    for database in [":memory:", "sqlite::memory:", "sqlite://logins?mode=memory"] {
        let sentence = refusal(database).await;
        assert!(sentence.contains("use `MemoryStore`"), "{sentence}");
    }
}
