//! A MariaDB database, shared, unusable or from the future.

use login_runtime::store::{MySqlStore, contract, sqlx_0_9::FromPool};
use login_tests::engines::MariaDb;
use sqlx::MySqlPool;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mysql_store_keeps_the_contract() {
    let Some(server) = MariaDb::shared() else {
        return;
    };
    let database = server.database().await;
    contract::run(async || MySqlStore::connect(&database).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mysql_store_keeps_the_contract_in_an_applications_pool() {
    let Some(server) = MariaDb::shared() else {
        return;
    };
    let pool = MySqlPool::connect(&server.database().await).await.unwrap();
    contract::run(async || MySqlStore::from_pool(pool.clone()).await.unwrap()).await;
}
