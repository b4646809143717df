//! A Redis server, and six of them as a cluster.

use login_runtime::store::{RedisStore, contract, redis_1::FromConnection};
use login_tests::engines::{Redis, RedisCluster};
use redis::{
    aio::ConnectionManager, cluster::ClusterClient, cluster_read_routing::RandomReplicaStrategy,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_store_keeps_the_contract() {
    let Some(server) = Redis::shared() else {
        return;
    };
    let store = RedisStore::connect(&server.url()).await.unwrap();
    contract::run(async || store.clone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_store_keeps_the_contract_behind_an_applications_connection() {
    let Some(server) = Redis::shared() else {
        return;
    };
    let client = redis::Client::open(server.url()).unwrap();
    let connection = ConnectionManager::new(client).await.unwrap();
    contract::run(async || {
        RedisStore::from_connection(connection.clone())
            .await
            .unwrap()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_store_keeps_the_contract_in_a_cluster() {
    let Some(cluster) = RedisCluster::shared() else {
        return;
    };
    // One server tells of the others.
    let store = RedisStore::connect(&cluster.urls()[0]).await.unwrap();
    contract::run(async || store.clone()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_store_keeps_the_contract_behind_an_applications_cluster_connection() {
    let Some(cluster) = RedisCluster::shared() else {
        return;
    };
    let client = ClusterClient::builder(cluster.urls())
        .read_routing_strategy(RandomReplicaStrategy)
        .build()
        .unwrap();
    let connection = client.get_async_connection().await.unwrap();
    contract::run(async || {
        RedisStore::from_connection(connection.clone())
            .await
            .unwrap()
    })
    .await;
}
