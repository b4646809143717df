//! A server that is away, hangs, is read-only or full, is started again or replaced: who asked gets
//! a 503, everybody else a page, nobody loses a cookie, and afterwards everything goes on.

use std::{
    convert::Infallible,
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use axum::{
    Router,
    routing::{get, post},
};
use login_runtime::{
    LoginError, LoginManager, LoginSession, SecretKey, UserMixin, login_required,
    store::{LoginStore, MySqlStore, PostgresStore, RedisStore, sqlx_0_9::FromPool},
    testing::TestClient,
    user_loader,
};
use login_tests::engines::{MariaDb, Postgres, Redis, RedisCluster, Server};
use sqlx::{Connection, PgConnection, mysql::MySqlPoolOptions};

/// How long a request may wait for the store here.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a server may take to be itself again.
const RECOVERY: Duration = Duration::from_secs(30);

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u64,
}

#[user_loader]
async fn load_user(id: u64) -> Result<Option<User>, Infallible> {
    Ok(Some(User { id }))
}

#[login_required]
async fn protected() -> &'static str {
    "protected"
}

async fn login(session: LoginSession<User>) -> Result<&'static str, LoginError> {
    session.login_user(&User { id: 1 }).remember(true).await?;
    Ok("logged in")
}

async fn logout(session: LoginSession<User>) -> Result<&'static str, LoginError> {
    session.logout_user().await?;
    Ok("logged out")
}

/// An application, and a browser in which somebody is logged in.
struct Site {
    app: Router,
    browser: TestClient,
}

impl Site {
    async fn on(store: impl LoginStore) -> Self {
        let manager = LoginManager::builder(load_user, store)
            .secret_key(
                SecretKey::from_bytes(
                    *b"this key is for tests and nobody must ever use it anywhere else.",
                )
                .unwrap(),
            )
            .timeout(PATIENCE)
            .build()
            .unwrap();
        let app = Router::new()
            .route("/public", get(async || "public"))
            .route("/protected", get(protected))
            .route("/login", post(login))
            .route("/logout", post(logout))
            .layer(manager.layer());
        let mut browser = TestClient::new(app.clone());
        assert_eq!(browser.post("/login", &[]).await.status(), 200);
        let site = Self { app, browser };
        assert_eq!(site.status("GET", "/protected").await, 200);
        site
    }

    /// What a request with the browser's cookies is answered. A 503 takes no cookie away, in no longer than
    /// a request may wait.
    async fn status(&self, method: &str, path: &str) -> u16 {
        let mut browser = self.browser.clone();
        let began = Instant::now();
        let answer = match method {
            "GET" => browser.get(path).await,
            _ => browser.post(path, &[]).await,
        };
        if answer.status() == 503 {
            assert!(!answer.headers().contains_key("set-cookie"), "{path}");
            let took = began.elapsed();
            assert!(took < PATIENCE + Duration::from_secs(1), "{path}: {took:?}");
        }
        answer.status()
    }

    /// While the store cannot be asked.
    async fn is_down(&self, what: &str) {
        for _ in 0..3 {
            assert_eq!(self.status("GET", "/public").await, 200, "{what}");
            assert_eq!(self.status("GET", "/protected").await, 503, "{what}");
        }
        assert_eq!(self.status("POST", "/login").await, 503, "{what}");
        assert_eq!(self.status("POST", "/logout").await, 503, "{what}");
        let mut stranger = TestClient::new(self.app.clone());
        assert_eq!(stranger.get("/public").await.status(), 200, "{what}");
        assert_eq!(stranger.post("/login", &[]).await.status(), 503, "{what}");
    }

    /// While the store can be read and not written.
    async fn is_read_only(&self, what: &str) {
        assert_eq!(self.status("GET", "/public").await, 200, "{what}");
        assert_eq!(self.status("GET", "/protected").await, 200, "{what}");
        assert_eq!(self.status("POST", "/login").await, 503, "{what}");
    }

    /// Once the store is itself again: the same cookie is good for everything, and so is the next login.
    async fn is_up_again(&mut self, what: &str) {
        let give_up = Instant::now() + RECOVERY;
        loop {
            let status = self.status("GET", "/protected").await;
            if status == 200 {
                break;
            }
            assert!(
                status == 503 && Instant::now() < give_up,
                "{what}: it does not come back, and answers {status}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for path in ["/logout", "/login"] {
            let give_up = Instant::now() + RECOVERY;
            while self.browser.post(path, &[]).await.status() != 200 {
                assert!(Instant::now() < give_up, "{what}: it does not come back");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        assert_eq!(self.status("GET", "/protected").await, 200, "{what}");
    }

    /// Killed and started again, hung and let go on.
    async fn goes_through(&mut self, server: &mut Server) {
        server.kill();
        self.is_down("killed").await;
        server.start_again();
        self.is_up_again("killed").await;

        server.hang();
        assert_eq!(self.status("GET", "/public").await, 200);
        assert_eq!(self.status("GET", "/protected").await, 503);
        assert_eq!(self.status("POST", "/login").await, 503);
        server.go_on();
        self.is_up_again("hung").await;

        // While it hangs, so that no connection is closed properly.
        server.hang();
        assert_eq!(self.status("GET", "/protected").await, 503);
        server.kill();
        server.start_again();
        self.is_up_again("killed while it hung").await;

        // Nobody notices.
        server.kill();
        server.start_again();
        self.is_up_again("started again").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_away() {
    let Some(mut postgres) = Postgres::start() else {
        return;
    };
    let mut site = Site::on(PostgresStore::connect(&postgres.url()).await.unwrap()).await;
    site.goes_through(&mut postgres.server).await;

    let mut admin = PgConnection::connect(&postgres.url()).await.unwrap();
    let mut set = async |read_only: &'static str| {
        for sql in [read_only, "SELECT pg_reload_conf()"] {
            sqlx::raw_sql(sql).execute(&mut admin).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    set("ALTER SYSTEM SET default_transaction_read_only = on").await;
    site.is_read_only("read-only").await;
    assert_eq!(site.status("POST", "/logout").await, 503);
    let refused = PostgresStore::connect(&postgres.url()).await.unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("is read-only; give the address of the primary")
    );
    set("ALTER SYSTEM SET default_transaction_read_only = off").await;
    site.is_up_again("read-only").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_is_away() {
    let Some(mut maria) = MariaDb::start() else {
        return;
    };
    let mut site = Site::on(MySqlStore::connect(&maria.url()).await.unwrap()).await;
    site.goes_through(&mut maria.server).await;

    // An account that is not above `read_only`.
    let options = MySqlPoolOptions::new().max_connections(1);
    let admin = options.connect(&maria.url()).await.unwrap();
    for sql in [
        "CREATE USER app@'127.0.0.1' IDENTIFIED BY 'secret'",
        "GRANT ALL ON test.* TO app@'127.0.0.1'",
    ] {
        sqlx::raw_sql(sql).execute(&admin).await.unwrap();
    }
    let url = maria.url().replace("root@", "app:secret@");
    let options = MySqlPoolOptions::new().acquire_timeout(Duration::from_secs(3));
    let pool = options.connect(&url).await.unwrap();
    let mut site = Site::on(MySqlStore::from_pool(pool).await.unwrap()).await;
    let set = async |sql: &'static str| {
        sqlx::raw_sql(sql).execute(&admin).await.unwrap();
    };
    set("SET GLOBAL read_only = 1").await;
    site.is_read_only("read-only").await;
    assert_eq!(site.status("POST", "/logout").await, 503);
    let refused = MySqlStore::connect(&url).await.unwrap_err();
    let sentence = refused.to_string();
    assert!(sentence.contains("is read-only; give the address of the primary"));
    assert!(!sentence.contains("secret"), "{sentence}");
    set("SET GLOBAL read_only = 0").await;
    site.is_up_again("read-only").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_is_away() {
    let Some(mut redis) = Redis::start() else {
        return;
    };
    let mut site = Site::on(RedisStore::connect(&redis.url()).await.unwrap()).await;
    site.goes_through(&mut redis.server).await;

    // Full: who is logged in stays so and can log out.
    redis.command(&["CONFIG", "SET", "maxmemory", "1"]);
    site.is_read_only("full").await;
    assert_eq!(site.browser.post("/logout", &[]).await.status(), 200);
    redis.command(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(site.browser.post("/login", &[]).await.status(), 200);

    // Without enough replicas it takes nothing, and then neither does a logout end anything.
    redis.command(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
    site.is_read_only("without replicas").await;
    assert_eq!(site.status("POST", "/logout").await, 503);
    redis.command(&["CONFIG", "SET", "min-replicas-to-write", "0"]);
    site.is_up_again("without replicas").await;

    // A replica by now.
    redis.command(&["REPLICAOF", "127.0.0.1", "1"]);
    assert_eq!(site.status("POST", "/login").await, 503);
    let refused = RedisStore::connect(&redis.url()).await.unwrap_err();
    assert!(refused.to_string().contains("is a replica"), "{refused}");
    redis.command(&["REPLICAOF", "NO", "ONE"]);
    site.is_up_again("a replica for a while").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_of_a_redis_cluster_is_gone() {
    let Some(mut cluster) = RedisCluster::start() else {
        return;
    };
    let urls = cluster.urls();
    let store = RedisStore::connect(&urls.join(",")).await.unwrap();
    let store = store
        .confirm_replicas(NonZeroUsize::MIN, Duration::from_millis(500))
        .await
        .unwrap();
    let mut site = Site::on(store).await;
    // What was answered last may not have reached the replica; what a logout confirmed has.
    site.is_up_again("before").await;
    tokio::time::sleep(Duration::from_millis(500)).await;

    let key = cluster.keys("login-runtime:*").remove(0);
    let primary = cluster.primary_of(&key);
    cluster.kill(primary);
    assert_eq!(site.status("GET", "/public").await, 200);
    assert_eq!(site.status("GET", "/protected").await, 503);
    cluster.settled(Some(primary));
    let give_up = Instant::now() + RECOVERY;
    while site.status("GET", "/protected").await != 200 {
        assert!(Instant::now() < give_up, "nobody took over");
    }
    // The one that took over has no replica now, so nothing can be confirmed.
    assert_eq!(site.status("POST", "/logout").await, 503);
    cluster.start_again(primary);
    cluster.settled(None);
    let give_up = Instant::now() + RECOVERY;
    while site.browser.post("/login", &[]).await.status() != 200 {
        assert!(Instant::now() < give_up, "it does not come back");
    }
    site.is_up_again("failed over").await;
}
