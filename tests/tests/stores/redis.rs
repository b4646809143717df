//! A Redis server, and six of them as a cluster.

use std::{
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use login_runtime::store::{
    Login, LoginId, LoginStore, RedisStore, contract, redis_1::FromConnection,
};
use login_tests::{
    Log, Record,
    engines::{Redis, RedisCluster},
    say,
};
use redis::{
    aio::ConnectionManager, cluster::ClusterClient, cluster_read_routing::RandomReplicaStrategy,
    cmd,
};

use crate::many;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_store_keeps_the_contract() {
    let Some(server) = Redis::shared() else {
        return;
    };
    let store = RedisStore::connect(&server.url()).await.unwrap();
    contract::run(async || store.clone()).await;
    say("RedisStore: keeps the contract");
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
    say("RedisStore, behind an application's connection: keeps the contract");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_store_keeps_the_contract_in_a_cluster() {
    let Some(cluster) = RedisCluster::shared() else {
        return;
    };
    // One server tells of the others.
    let store = RedisStore::connect(&cluster.urls()[0]).await.unwrap();
    contract::run(async || store.clone()).await;
    say("RedisStore, in a cluster: keeps the contract");
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
    say("RedisStore, behind an application's connection to a cluster: keeps the contract");
}

/// Makes the logins for [`many::are_found`] as the store would have made them; by hand, because one by one
/// takes a minute.
async fn fill(store: &RedisStore, database: &str) {
    let of_user = |number: u128, user: &str| Record {
        realm: "many".into(),
        expires_at: 4_000_000_000,
        ..Record::new(LoginId::from_bytes(number.to_be_bytes()), user)
    };
    let key = |login: &Login| {
        let tag = URL_SAFE_NO_PAD.encode(store.carry(login));
        format!("login-runtime:many:{tag}")
    };
    let client = redis::Client::open(database).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let sample = of_user(0, "sample").login();
    let create = store.create(sample.clone(), NonZeroUsize::MAX);
    create.await.unwrap();
    let made: Vec<Vec<u8>> = cmd("HVALS")
        .arg(key(&sample))
        .query_async(&mut connection)
        .await
        .unwrap();
    store.delete_user("many", "sample", None).await.unwrap();
    // Before the user's id with its length, and after it.
    let (before, after) = (&made[0][..41], &made[0][43 + "sample".len()..]);
    for numbers in (1..=100_000).collect::<Vec<u128>>().chunks(5_000) {
        let mut pipeline = redis::pipe();
        for &number in numbers {
            let user = (number / 4).to_string();
            let length = u16::try_from(user.len()).unwrap().to_be_bytes();
            let value = [before, &length, user.as_bytes(), after].concat();
            let key = key(&of_user(number, &user).login());
            pipeline
                .hset(key, &number.to_be_bytes()[..], value)
                .ignore();
        }
        let () = pipeline.query_async(&mut connection).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn redis_holds_many_logins_and_many_who_write_one() {
    let Some(server) = Redis::shared() else {
        return;
    };
    // A database of its own, because a realm's logins are found by going through all keys.
    let database = format!("{}/1", server.url());
    let store = RedisStore::connect(&database).await.unwrap();
    many::who_write_one("RedisStore", &store).await;
    fill(&store, &database).await;
    many::are_found("RedisStore", &store).await;
}

fn record(realm: &str, id: u8, last_seen_at: i64, expires_at: i64) -> Record {
    Record {
        realm: realm.into(),
        last_seen_at,
        expires_at,
        ..Record::new(LoginId::from_bytes([id; 16]), "ada")
    }
}

#[tokio::test]
async fn what_has_expired_goes_by_itself_and_never_early() {
    let Some(server) = Redis::shared() else {
        return;
    };
    let store = RedisStore::connect(&server.url()).await.unwrap();
    let lives = || {
        let keys = server.command(&["KEYS", "login-runtime:expiry:*"]);
        let key = keys.lines().nth(2).unwrap().to_owned();
        let ttl = server.command(&["TTL", &key]);
        ttl.trim().trim_start_matches(':').parse::<i64>().unwrap()
    };
    // By a clock that is decades behind, or before.
    for now in [-5, 1_000, 4_000_000_000] {
        let create = store.create(
            record("expiry", 1, now, now + 60).login(),
            NonZeroUsize::MAX,
        );
        create.await.unwrap();
        assert!((3_600..=3_660).contains(&lives()), "{}", lives());
        let create = store.create(
            record("expiry", 2, now, now + 86_400).login(),
            NonZeroUsize::MAX,
        );
        create.await.unwrap();
        assert!((89_900..=90_000).contains(&lives()), "{}", lives());
        // A shorter one does not shorten the life of the others.
        let create = store.create(
            record("expiry", 3, now, now + 60).login(),
            NonZeroUsize::MAX,
        );
        create.await.unwrap();
        assert!((89_900..=90_000).contains(&lives()), "{}", lives());
        // The next login of the user forgets what expired more than an hour ago, and nothing else.
        let later = now + 60 + 3_601;
        let create = store.create(
            record("expiry", 4, later, later + 60).login(),
            NonZeroUsize::MAX,
        );
        create.await.unwrap();
        let left = store.list_user("expiry", "ada").await.unwrap();
        let left: Vec<_> = left.iter().map(|login| login.id().as_bytes()[0]).collect();
        assert_eq!(left, [4, 2]);
        assert_eq!(store.delete_realm("expiry").await.unwrap(), 2);
    }
}

#[tokio::test]
async fn replicas_confirm_a_logout_or_it_is_an_error() {
    let (Some(server), Some(cluster)) = (Redis::shared(), RedisCluster::shared()) else {
        return;
    };
    let wait = Duration::from_millis(200);
    let login = record("confirmed", 1, 0, 1_000).login();
    let confirmed = RedisStore::connect(&cluster.urls()[0]).await.unwrap();
    let confirmed = confirmed
        .confirm_replicas(NonZeroUsize::MIN, wait)
        .await
        .unwrap();
    confirmed
        .create(login.clone(), NonZeroUsize::MAX)
        .await
        .unwrap();
    assert_eq!(
        confirmed
            .delete_user("confirmed", "ada", None)
            .await
            .unwrap(),
        1
    );

    let alone = RedisStore::connect(&server.url()).await.unwrap();
    let alone = alone
        .confirm_replicas(NonZeroUsize::MIN, wait)
        .await
        .unwrap();
    alone.create(login, NonZeroUsize::MAX).await.unwrap();
    let began = Instant::now();
    let error = alone
        .delete_user("confirmed", "ada", None)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("0 of 1 replicas said in time"), "{error}");
    assert!(began.elapsed() >= wait);
    // It has ended all the same.
    assert_eq!(alone.list_user("confirmed", "ada").await.unwrap(), []);
}

#[tokio::test]
async fn a_redis_that_forgets_logins_is_said_to() {
    let Some(server) = Redis::start() else {
        return;
    };
    Log::begin();
    RedisStore::connect(&server.url()).await.unwrap();
    assert_eq!(Log::lines("WARN"), "");
    server.command(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    RedisStore::connect(&server.url()).await.unwrap();
    let lines = Log::lines("WARN");
    assert!(
        lines.contains("set `maxmemory-policy noeviction`"),
        "{lines}"
    );
}
