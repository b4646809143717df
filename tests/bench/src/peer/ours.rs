//! login-runtime on each of its stores.

use std::{convert::Infallible, num::NonZeroUsize, path::PathBuf};

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use login_runtime::{
    LoggedIn, LoginError, LoginManager, LoginSession, SecretKey, fresh_login_required,
    login_required, request_loader,
    store::{CookieStore, LoginStore, MemoryStore, SqliteStore},
    user_loader,
};

use super::{HOME, Peer, Skew};
use crate::{
    ask::Ask,
    user::{User, Users, owner_of},
};

#[user_loader]
async fn load_user(id: i64, State(users): State<Users>) -> Result<Option<User>, Infallible> {
    users.find(id).await
}

#[request_loader(bearer)]
async fn load_by_key(key: String, State(users): State<Users>) -> Result<Option<User>, Infallible> {
    match owner_of(&key) {
        Some(id) => users.find(id).await,
        None => Ok(None),
    }
}

#[login_required]
async fn dashboard(user: LoggedIn<User>) -> String {
    user.name.clone()
}

#[fresh_login_required]
async fn fresh(user: LoggedIn<User>) -> String {
    user.name.clone()
}

#[login_required(via = "request")]
async fn api(user: LoggedIn<User>) -> String {
    user.name.clone()
}

async fn login(
    session: LoginSession<User>,
    State(users): State<Users>,
    Path(id): Path<i64>,
) -> Result<StatusCode, LoginError> {
    log_in(session, users, id, false).await
}

async fn remember(
    session: LoginSession<User>,
    State(users): State<Users>,
    Path(id): Path<i64>,
) -> Result<StatusCode, LoginError> {
    log_in(session, users, id, true).await
}

async fn log_in(
    session: LoginSession<User>,
    users: Users,
    id: i64,
    remember: bool,
) -> Result<StatusCode, LoginError> {
    let Ok(Some(user)) = users.find(id).await else {
        return Ok(StatusCode::NOT_FOUND);
    };
    session.login_user(&user).remember(remember).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout(session: LoginSession<User>) -> Result<StatusCode, LoginError> {
    session.logout_user().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The application on any store.
pub(crate) fn app(
    users: &Users,
    store: impl LoginStore,
    clock: Skew,
    cap: usize,
) -> (Router, LoginManager<User>) {
    // The application's own page does the routing; nobody is let in by this key.
    let key = SecretKey::generate().expect("the operating system has random bytes");
    let revocable = store.revocable();
    let builder = LoginManager::builder(load_user, store)
        .secret_key(key)
        .request_loader(load_by_key)
        .login_view("/login")
        .clock(clock);
    // A store in cookies counts no logins.
    let builder = if revocable {
        builder.max_logins_per_user(NonZeroUsize::new(cap).unwrap_or(NonZeroUsize::MIN))
    } else {
        builder
    };
    let manager = builder
        .with_state(users.clone())
        .build()
        .expect("the settings agree");
    let app = Router::new()
        .route("/", get(async || HOME))
        .route("/dashboard", get(dashboard))
        .route("/fresh", get(fresh))
        .route("/api", get(api))
        .route("/login/{id}", post(login))
        .route("/remember/{id}", post(remember))
        .route("/logout", post(logout))
        .layer(manager.layer())
        .with_state(users.clone());
    (app, manager)
}

fn peer(name: &'static str, users: &Users, store: impl LoginStore) -> Peer {
    let clock = Skew::default();
    let (app, _) = app(users, store, clock.clone(), 50);
    Peer {
        name,
        app,
        asks: Ask::ALL,
        clock,
    }
}

pub(crate) fn memory(users: &Users) -> Peer {
    peer("login-runtime", users, MemoryStore::new())
}

pub(crate) fn cookie(users: &Users) -> Peer {
    // A login without a server's record cannot be ended there, so a logout is not comparable.
    let asks = &[
        Ask::PublicAnonymous,
        Ask::PublicWithCookie,
        Ask::Protected,
        Ask::Refused,
        Ask::Fresh,
        Ask::ApiKey,
        Ask::Login,
    ];
    Peer {
        asks,
        ..peer("login-runtime, CookieStore", users, CookieStore::new())
    }
}

pub(crate) async fn sqlite(users: &Users) -> Peer {
    let store = SqliteStore::connect(database()).await;
    let asks = &[
        Ask::PublicAnonymous,
        Ask::PublicWithCookie,
        Ask::Protected,
        Ask::Refused,
        Ask::Fresh,
        Ask::ApiKey,
    ];
    Peer {
        asks,
        ..peer(
            "login-runtime, SqliteStore",
            users,
            store.expect("the file is writable"),
        )
    }
}

/// A file of its own for this process.
pub(crate) fn database() -> PathBuf {
    let directory = std::env::temp_dir().join(format!("login-bench-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("the directory for temporary files is writable");
    directory.join("logins.db")
}
