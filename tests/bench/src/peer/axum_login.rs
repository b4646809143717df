//! axum-login with tower-sessions' memory store, as its documentation sets it up.

use std::convert::Infallible;

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use axum_login::{
    AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend, login_required,
    tower_sessions::{MemoryStore, SessionManagerLayer, SessionStore},
};

use super::{HOME, Peer, Skew};
use crate::{
    ask::Ask,
    user::{User, Users},
};

impl AuthUser for User {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.password_hash.as_bytes()
    }
}

impl AuthnBackend for Users {
    type User = User;
    type Credentials = i64;
    type Error = Infallible;

    async fn authenticate(&self, id: i64) -> Result<Option<User>, Infallible> {
        self.find(id).await
    }

    async fn get_user(&self, id: &i64) -> Result<Option<User>, Infallible> {
        self.find(*id).await
    }
}

type Session = AuthSession<Users>;

async fn dashboard(session: Session) -> Result<String, StatusCode> {
    let user = session.user.ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(user.name)
}

async fn login(
    mut session: Session,
    State(users): State<Users>,
    Path(id): Path<i64>,
) -> StatusCode {
    let Ok(Some(user)) = users.find(id).await else {
        return StatusCode::NOT_FOUND;
    };
    match session.login(&user).await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

async fn logout(mut session: Session) -> StatusCode {
    match session.logout().await {
        Ok(_) => StatusCode::NO_CONTENT,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The application on any store of tower-sessions.
pub(crate) fn app(users: &Users, store: impl SessionStore + Clone) -> Router {
    let layer =
        AuthManagerLayerBuilder::new(users.clone(), SessionManagerLayer::new(store)).build();
    Router::new()
        .route("/dashboard", get(dashboard))
        .route_layer(login_required!(Users, login_url = "/login"))
        .route("/", get(async || HOME))
        .route("/login/{id}", post(login))
        .route("/logout", post(logout))
        .layer(layer)
        .with_state(users.clone())
}

pub(crate) fn memory(users: &Users) -> Peer {
    Peer {
        name: "axum-login",
        app: app(users, MemoryStore::default()),
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
