//! The applications of `login-bench`, on stores that are servers.

#[path = "../../src/peer/application.rs"]
mod application;
#[path = "../../src/peer/axum_login.rs"]
mod axum_login;
#[path = "../../src/peer/ours.rs"]
mod ours;

use axum::Router;
use tower_sessions_redis_store::fred::prelude::{ClientLike, Config, Pool};

pub(crate) use application::{HOME, Peer, Skew};

use crate::{Error, user::Users};

/// How many logins a user may have.
const CAP: usize = 50;

/// login-runtime on a server, as its documentation sets it up.
pub(crate) async fn ours(address: &str) -> Result<Router, Error> {
    use login_runtime::store::{PostgresStore, RedisStore};

    let users = Users::new();
    let (app, _) = match address.starts_with("redis") {
        true => {
            let store = RedisStore::connect(address).await?;
            ours::app(&users, store, Skew::default(), CAP)
        }
        false => {
            let store = PostgresStore::connect(address).await?;
            ours::app(&users, store, Skew::default(), CAP)
        }
    };
    Ok(app)
}

/// axum-login with tower-sessions' store for the server, as the documentation of that sets it up.
pub(crate) async fn theirs(address: &str) -> Result<Router, Error> {
    use tower_sessions_redis_store::RedisStore;
    use tower_sessions_sqlx_store::{PostgresStore, sqlx::PgPool};

    let users = Users::new();
    if address.starts_with("redis") {
        let pool = Pool::new(Config::from_url(address)?, None, None, None, 6)?;
        pool.connect();
        pool.wait_for_connect().await?;
        return Ok(axum_login::app(&users, RedisStore::new(pool)));
    }
    let store = PostgresStore::new(PgPool::connect(address).await?);
    store.migrate().await?;
    Ok(axum_login::app(&users, store))
}
