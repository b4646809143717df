//! `axum_session_auth` without a database, with its user cache on as by default.

use async_trait::async_trait;
use axum::{
    Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_session::{SessionConfig, SessionLayer, SessionNullPool, SessionStore};
use axum_session_auth::{AuthConfig, AuthSession, AuthSessionLayer, Authentication};

use super::{HOME, Peer, Skew};
use crate::{
    ask::Ask,
    user::{User, Users},
};

#[async_trait]
impl Authentication<User, i64, Users> for User {
    async fn load_user(id: i64, users: Option<&Users>) -> Result<User, anyhow::Error> {
        let users = users.ok_or_else(|| anyhow::Error::msg("no users"))?;
        match users.find(id).await {
            Ok(Some(user)) => Ok(user),
            _ => Err(anyhow::Error::msg("no such user")),
        }
    }

    fn is_authenticated(&self) -> bool {
        true
    }

    fn is_active(&self) -> bool {
        true
    }

    fn is_anonymous(&self) -> bool {
        false
    }
}

type Session = AuthSession<User, i64, SessionNullPool, Users>;

async fn dashboard(session: Session) -> Response {
    match &session.current_user {
        Some(user) => user.name.clone().into_response(),
        None => Redirect::to("/login?next=%2Fdashboard").into_response(),
    }
}

pub(crate) async fn peer(users: &Users) -> Peer {
    let store = SessionStore::<SessionNullPool>::new(None, SessionConfig::default()).await;
    let auth = AuthSessionLayer::<User, i64, SessionNullPool, Users>::new(Some(users.clone()))
        .with_config(AuthConfig::<i64>::default());
    let login = async |session: Session, Path(id): Path<i64>| {
        session.login_user(id);
        StatusCode::NO_CONTENT
    };
    let logout = async |session: Session| {
        session.logout_user();
        StatusCode::NO_CONTENT
    };
    let app = Router::new()
        .route("/", get(async || HOME))
        .route("/dashboard", get(dashboard))
        .route("/login/{id}", post(login))
        .route("/logout", post(logout))
        .layer(auth)
        .layer(SessionLayer::new(
            store.expect("a store without a database"),
        ));
    Peer {
        name: "axum_session_auth",
        app,
        asks: &[
            Ask::PublicAnonymous,
            Ask::PublicWithCookie,
            Ask::Protected,
            Ask::Refused,
            Ask::Login,
            Ask::Logout,
        ],
        clock: Skew::default(),
    }
}
