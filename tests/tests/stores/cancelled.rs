//! P24: a store's future may be dropped at any await, and nothing of it is left in the pool.

use std::{future::Future, num::NonZeroUsize, pin::Pin, sync::Arc, time::Duration};

use login_runtime::store::{
    Login, LoginId, LoginStore, MySqlStore, PostgresStore, RedisStore, SqliteStore, Ticket,
    sqlx_0_9::FromPool,
};
use login_tests::{
    Record,
    engines::{MariaDb, Postgres, Redis, RedisCluster},
    poll_at_most,
};
use sqlx::{MySqlPool, PgPool, mysql::MySqlPoolOptions, postgres::PgPoolOptions};
use tokio::time::{sleep, timeout};

use crate::temp::TempDir;

/// More polls than any call takes.
const POLLS: usize = 200;

fn login(realm: &str, id: u128) -> Arc<Login> {
    let record = Record {
        realm: realm.into(),
        expires_at: 4_000_000_000,
        ..Record::new(LoginId::from_bytes(id.to_be_bytes()), "ada")
    };
    record.login()
}

async fn has<S: LoginStore>(store: &S, login: &Login) -> bool {
    let carried = store.carry(login);
    let ticket = Ticket::new(login.realm(), login.id(), &carried);
    store.load(ticket).await.unwrap().is_some()
}

type Calls<'a> = Vec<(&'static str, Pin<Box<dyn Future<Output = ()> + Send + 'a>>)>;

/// One call of each method, on a login that is there.
fn calls<'a, S: LoginStore>(store: &'a S, there: &'a Arc<Login>, new: Arc<Login>) -> Calls<'a> {
    let realm = there.realm();
    let mut next = Record::from(there);
    next.version += 1;
    let few = NonZeroUsize::new(2).unwrap();
    vec![
        (
            "create",
            Box::pin(async move {
                store.create(new, few).await.unwrap();
            }),
        ),
        (
            "load",
            Box::pin(async move {
                let carried = store.carry(there);
                store
                    .load(Ticket::new(realm, there.id(), &carried))
                    .await
                    .unwrap();
            }),
        ),
        (
            "update",
            Box::pin(async move {
                store.update(next.login()).await.unwrap();
            }),
        ),
        (
            "list_user",
            Box::pin(async move {
                store.list_user(realm, "ada").await.unwrap();
            }),
        ),
        (
            "list_realm",
            Box::pin(async move {
                store.list_realm(realm, None, few).await.unwrap();
            }),
        ),
        (
            "purge_expired",
            Box::pin(async move {
                store.purge_expired(realm, 1_000.into(), 10).await.unwrap();
            }),
        ),
        (
            "delete",
            Box::pin(async move {
                let carried = store.carry(there);
                store
                    .delete(Ticket::new(realm, there.id(), &carried))
                    .await
                    .unwrap();
            }),
        ),
        (
            "delete_user",
            Box::pin(async move {
                store.delete_user(realm, "ada", None).await.unwrap();
            }),
        ),
        (
            "delete_realm",
            Box::pin(async move {
                store.delete_realm(realm).await.unwrap();
            }),
        ),
    ]
}

/// Drops each call after each number of polls. Then what `store` answers is what `elsewhere`, a store on
/// other connections, sees too.
async fn dropped_anywhere<S: LoginStore, E: LoginStore>(store: &S, elsewhere: &E) -> usize {
    let mut next_id = 0;
    let mut points = 0;
    for call in 0..9 {
        for polls in 1..=POLLS {
            let realm = format!("dropped-{call}-{polls}");
            let mut new = || {
                next_id += 1;
                login(&realm, next_id)
            };
            let (there, late, after) = (new(), new(), new());
            store
                .create(Arc::clone(&there), NonZeroUsize::MAX)
                .await
                .unwrap();
            let (name, called) = calls(store, &there, late).swap_remove(call);
            let done = poll_at_most(polls, called).await.is_some();
            points += 1;

            let at = format!("{name}, dropped after {polls} polls");
            let used = async {
                // First what is one statement: a transaction would end the one that was left open.
                let carried = store.carry(&there);
                let ticket = Ticket::new(there.realm(), there.id(), &carried);
                store.delete(ticket).await.unwrap();
                assert!(
                    !has(elsewhere, &there).await,
                    "{at}: what came after did not end"
                );
                store
                    .create(Arc::clone(&after), NonZeroUsize::MAX)
                    .await
                    .unwrap();
                assert!(
                    has(elsewhere, &after).await,
                    "{at}: what came after is not kept"
                );
                store.delete_realm(&realm).await.unwrap();
            };
            let used = timeout(Duration::from_secs(20), used).await;
            used.unwrap_or_else(|_| panic!("{at}: the pool is stuck"));
            if done {
                break;
            }
            assert!(polls < POLLS, "{at}: the call is never done");
        }
    }
    points
}

/// Waits for what runs to its end, and says how many connections are in a transaction that nobody ends.
async fn left_open(mut count: impl AsyncFnMut() -> i64) -> i64 {
    for _ in 0..50 {
        if count().await == 0 {
            return 0;
        }
        sleep(Duration::from_millis(50)).await;
    }
    count().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p24_postgres() {
    let Some(server) = Postgres::shared() else {
        return;
    };
    let database = server.database().await;
    let elsewhere = PostgresStore::connect(&database).await.unwrap();
    for connections in [1, 4] {
        let options = PgPoolOptions::new().max_connections(connections);
        let pool = options.connect(&database).await.unwrap();
        let store = PostgresStore::from_pool(pool).await.unwrap();
        let points = dropped_anywhere(&store, &elsewhere).await;
        let other = PgPool::connect(&database).await.unwrap();
        let open = left_open(async || {
            sqlx::query_scalar(
                "SELECT count(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
            )
            .fetch_one(&other)
            .await
            .unwrap()
        });
        assert_eq!(open.await, 0, "connections left in a transaction");
        println!("P24 PostgresStore, {connections} connections: dropped at {points} points");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p24_mysql() {
    let Some(server) = MariaDb::shared() else {
        return;
    };
    let database = server.database().await;
    let elsewhere = MySqlStore::connect(&database).await.unwrap();
    for connections in [1, 4] {
        let options = MySqlPoolOptions::new().max_connections(connections);
        let pool = options.connect(&database).await.unwrap();
        let store = MySqlStore::from_pool(pool).await.unwrap();
        let points = dropped_anywhere(&store, &elsewhere).await;
        let other = MySqlPool::connect(&database).await.unwrap();
        let open = left_open(async || {
            sqlx::query_scalar(
                "SELECT count(*) FROM information_schema.innodb_trx AS trx \
                 JOIN information_schema.processlist AS process \
                 ON process.id = trx.trx_mysql_thread_id WHERE process.db = DATABASE()",
            )
            .fetch_one(&other)
            .await
            .unwrap()
        });
        assert_eq!(open.await, 0, "connections left in a transaction");
        println!("P24 MySqlStore, {connections} connections: dropped at {points} points");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p24_sqlite() {
    let dir = TempDir::new();
    let store = SqliteStore::connect(dir.file("logins.db")).await.unwrap();
    let elsewhere = SqliteStore::connect(dir.file("logins.db")).await.unwrap();
    let points = dropped_anywhere(&store, &elsewhere).await;
    println!("P24 SqliteStore: dropped at {points} points");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn p24_redis() {
    let mut urls = Vec::new();
    urls.extend(Redis::shared().map(Redis::url));
    urls.extend(RedisCluster::shared().map(|cluster| cluster.urls().swap_remove(0)));
    for url in urls {
        let store = RedisStore::connect(&url).await.unwrap();
        let elsewhere = RedisStore::connect(&url).await.unwrap();
        let points = dropped_anywhere(&store, &elsewhere).await;
        println!("P24 RedisStore: dropped at {points} points");
    }
}
