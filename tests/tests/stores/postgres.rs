//! A PostgreSQL database, shared, unusable or from the future.

use login_runtime::store::{PostgresStore, contract, sqlx_0_9::FromPool};
use login_tests::engines::Postgres;
use sqlx::PgPool;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_store_keeps_the_contract() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let database = server.database().await;
    contract::run(async || PostgresStore::connect(&database).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn postgres_store_keeps_the_contract_in_an_applications_pool() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let pool = PgPool::connect(&server.database().await).await.unwrap();
    contract::run(async || PostgresStore::from_pool(pool.clone()).await.unwrap()).await;
}
