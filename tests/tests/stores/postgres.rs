//! A PostgreSQL database, shared, unusable or from the future.

use std::num::NonZeroUsize;

use login_runtime::store::{
    LoginId, LoginStore, PostgresStore, Ticket, Update, contract, sqlx_0_9::FromPool,
};
use login_tests::{Record, engines::Postgres, say};
use sqlx::PgPool;

use crate::many;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_store_keeps_the_contract() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let database = server.database().await;
    contract::run(async || PostgresStore::connect(&database).await.unwrap()).await;
    say("PostgresStore: keeps the contract");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_store_keeps_the_contract_in_an_applications_pool() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let pool = PgPool::connect(&server.database().await).await.unwrap();
    contract::run(async || PostgresStore::from_pool(pool.clone()).await.unwrap()).await;
    say("PostgresStore, in an application's pool: keeps the contract");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_holds_many_logins_and_many_who_write_one() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let database = server.database().await;
    let store = PostgresStore::connect(&database).await.unwrap();
    many::who_write_one("PostgresStore", &store).await;
    let pool = PgPool::connect(&database).await.unwrap();
    // As the store would have made them; by hand, because one by one takes minutes.
    sqlx::raw_sql(
        "INSERT INTO login_runtime_logins SELECT 'many', decode(lpad(to_hex(n), 32, '0'), 'hex'), \
         (n / 4)::text, 0, 0, 0, 4000000000, 4000000000, '\\x0100' FROM generate_series(1, 100000) n; \
         ANALYZE login_runtime_logins",
    )
    .execute(&pool)
    .await
    .unwrap();
    many::are_found("PostgresStore", &store).await;
}

#[tokio::test]
async fn that_a_login_was_seen_changes_no_index() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let database = server.database().await;
    let store = PostgresStore::connect(&database).await.unwrap();
    let mut record = Record {
        expires_at: 7_000,
        ..Record::new(LoginId::from_bytes([7; 16]), "ada")
    };
    store
        .create(record.login(), NonZeroUsize::MIN)
        .await
        .unwrap();
    for second in 1..=100 {
        record.version += 1;
        record.last_seen_at = second;
        record.expires_at += 1;
        let answer = store.update(record.login()).await.unwrap();
        assert_eq!(answer, Update::Updated);
    }
    assert!(
        store
            .load(Ticket::new(&record.realm, record.id, &[]))
            .await
            .unwrap()
            .is_some()
    );
    store.close().await;
    // A backend tells its figures when it goes.
    let pool = PgPool::connect(&database).await.unwrap();
    let mut figures = (0, 0);
    for _ in 0..100 {
        figures = sqlx::query_as::<_, (i64, i64)>(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables \
             WHERE relname = 'login_runtime_logins'",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        if figures.0 == 100 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(
        figures,
        (100, 100),
        "updates, and those that touched no index"
    );
}
