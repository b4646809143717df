//! axum-login on tower-sessions' memory store, as its documentation sets it up.

use async_trait::async_trait;
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
use tower_sessions::{
    Session,
    session::{Id, Record},
    session_store,
};

use crate::app::{Control, Down, Side, User};

impl AuthUser for User {
    type Id = u64;

    fn id(&self) -> u64 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.password_hash.as_bytes()
    }
}

impl AuthnBackend for Control {
    type User = User;
    type Credentials = u64;
    type Error = Down;

    async fn authenticate(&self, id: u64) -> Result<Option<User>, Down> {
        self.find(id)
    }

    async fn get_user(&self, id: &u64) -> Result<Option<User>, Down> {
        self.find(*id)
    }
}

/// The memory store, counted and failing on demand.
#[derive(Clone, Debug)]
struct Watched {
    store: MemoryStore,
    control: Control,
}

impl Watched {
    fn call(&self) -> session_store::Result<()> {
        let down = |down: Down| session_store::Error::Backend(down.to_string());
        self.control.call().map_err(down)
    }
}

#[async_trait]
impl SessionStore for Watched {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.call()?;
        self.store.create(record).await
    }

    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.call()?;
        self.store.save(record).await
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.call()?;
        self.store.load(id).await
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.call()?;
        self.store.delete(id).await
    }
}

type Auth = AuthSession<Control>;

async fn dashboard(auth: Auth) -> Result<String, StatusCode> {
    let user = auth.user.ok_or(StatusCode::UNAUTHORIZED)?;
    Ok(user.id.to_string())
}

async fn login(
    mut auth: Auth,
    State(control): State<Control>,
    Path(id): Path<u64>,
) -> Result<StatusCode, StatusCode> {
    let failed = |_| StatusCode::INTERNAL_SERVER_ERROR;
    let user = control
        .find(id)
        .map_err(failed)?
        .ok_or(StatusCode::NOT_FOUND)?;
    auth.login(&user)
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout(mut auth: Auth) -> Result<StatusCode, StatusCode> {
    auth.logout()
        .await
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes something in the session, and takes its time.
async fn write(session: Session, State(control): State<Control>) -> Result<StatusCode, StatusCode> {
    let noted = session.insert("note", 1).await;
    control.hold().await;
    noted.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn write_anonymous(session: Session) -> Result<StatusCode, StatusCode> {
    let noted = session.insert("note", 1).await;
    noted.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn side(control: &Control) -> Side {
    let store = Watched {
        store: MemoryStore::default(),
        control: control.clone(),
    };
    let sessions = SessionManagerLayer::new(store);
    let layer = AuthManagerLayerBuilder::new(control.clone(), sessions).build();
    let app = Router::new()
        .route("/dashboard", get(dashboard).post(dashboard))
        .route_layer(login_required!(Control, login_url = "/login"))
        .route("/", get(async || "home"))
        .route("/login/{id}", post(login))
        .route("/logout", post(logout))
        .route("/write", post(write))
        .route("/write-anonymous", post(write_anonymous))
        .layer(layer)
        .with_state(control.clone());
    Side {
        name: "axum-login 0.18",
        app,
        control: control.clone(),
    }
}
