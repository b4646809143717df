//! Which ids a user may have: those that every store can keep and tell apart.

use std::convert::Infallible;

use axum::{Router, extract::Query, routing::get};
use login_runtime::{
    LoginError, LoginManager, LoginSession, SecretKey, UserMixin,
    store::{CookieStore, LoginStore, MemoryStore, SqliteStore, sqlx_0_9::FromPool},
    testing::TestClient,
    user_loader,
};
use sqlx::sqlite::SqlitePoolOptions;

#[derive(Clone, UserMixin, serde::Deserialize)]
#[login(no_auth_hash)]
struct Named {
    id: String,
}

#[user_loader]
async fn load_named(id: String) -> Result<Option<Named>, Infallible> {
    Ok(Some(Named { id }))
}

async fn login(
    session: LoginSession<Named>,
    user: Query<Named>,
) -> Result<&'static str, LoginError> {
    match session.login_user(&user).await {
        Err(error @ LoginError::UserId) => {
            let sentence =
                "a user's id has 1 to 512 bytes and no NUL; return another one from `get_id`";
            assert_eq!(error.to_string(), sentence);
            Err(error)
        }
        answer => answer.map(|_| "logged in"),
    }
}

async fn refuses_what_no_store_tells_apart(store: impl LoginStore) {
    let manager = LoginManager::builder(load_named, store)
        .secret_key(SecretKey::generate().unwrap())
        .build()
        .unwrap();
    let app = Router::new()
        .route("/login", get(login))
        .layer(manager.layer());
    let (longest, too_long) = ("a".repeat(512), "a".repeat(513));
    for (id, status) in [
        ("a", 200),
        ("%20", 200),
        ("%E6%97%A5%E6%9C%AC", 200),
        ("%01", 200),
        (&*longest, 200),
        ("", 500),
        ("%00", 500),
        ("ada%00", 500),
        (&*too_long, 500),
    ] {
        let answer = TestClient::new(app.clone())
            .get(&format!("/login?id={id}"))
            .await;
        assert_eq!(answer.status(), status, "{id}");
        assert_eq!(
            answer.headers().contains_key("set-cookie"),
            status == 200,
            "{id}"
        );
    }
}

#[tokio::test]
async fn ids_that_no_store_tells_apart_are_refused() {
    refuses_what_no_store_tells_apart(MemoryStore::new()).await;
    refuses_what_no_store_tells_apart(CookieStore::new()).await;
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect("sqlite::memory:").await.unwrap();
    refuses_what_no_store_tells_apart(SqliteStore::from_pool(pool).await.unwrap()).await;
}
