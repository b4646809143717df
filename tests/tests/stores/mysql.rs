//! A MariaDB database, shared, unusable or from the future.

use login_runtime::store::{MySqlStore, contract, sqlx_0_9::FromPool};
use login_tests::{engines::MariaDb, say};
use sqlx::MySqlPool;

use crate::many;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mysql_store_keeps_the_contract() {
    let Some(server) = MariaDb::shared() else {
        return;
    };
    let database = server.database().await;
    contract::run(async || MySqlStore::connect(&database).await.unwrap()).await;
    say("MySqlStore: keeps the contract");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mysql_store_keeps_the_contract_in_an_applications_pool() {
    let Some(server) = MariaDb::shared() else {
        return;
    };
    let pool = MySqlPool::connect(&server.database().await).await.unwrap();
    contract::run(async || MySqlStore::from_pool(pool.clone()).await.unwrap()).await;
    say("MySqlStore, in an application's pool: keeps the contract");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn mariadb_holds_many_logins_and_many_who_write_one() {
    let Some(server) = MariaDb::shared() else {
        return;
    };
    let database = server.database().await;
    let store = MySqlStore::connect(&database).await.unwrap();
    many::who_write_one("MySqlStore", &store).await;
    let pool = MySqlPool::connect(&database).await.unwrap();
    // As the store would have made them; by hand, because one by one takes minutes.
    sqlx::raw_sql(
        "INSERT INTO login_runtime_logins SELECT 'many', UNHEX(LPAD(HEX(seq), 32, '0')), \
         CAST(FLOOR(seq / 4) AS CHAR), 0, 0, 0, 4000000000, 4000000000, X'0100' FROM seq_1_to_100000",
    )
    .execute(&pool)
    .await
    .unwrap();
    many::are_found("MySqlStore", &store).await;
}
