//! login-runtime on its memory store.

use axum::{
    Router,
    extract::{Path, State},
    http::StatusCode,
    routing::{get, post},
};
use login_runtime::{
    LoggedIn, LoginError, LoginManager, LoginSession, SecretKey, login_required,
    store::MemoryStore, user_loader,
};
use login_tests::FaultyStore;

use crate::app::{Control, Down, Side, User};

#[user_loader]
async fn load_user(id: u64, State(control): State<Control>) -> Result<Option<User>, Down> {
    control.find(id)
}

#[login_required]
async fn dashboard(user: LoggedIn<User>) -> String {
    user.id.to_string()
}

/// A wrong answer of the database is the application's own to make an answer of.
type Done = Result<StatusCode, LoginError>;

async fn login(
    session: LoginSession<User>,
    State(control): State<Control>,
    Path(id): Path<u64>,
) -> Done {
    let Ok(Some(user)) = control.find(id) else {
        return Ok(StatusCode::INTERNAL_SERVER_ERROR);
    };
    session.login_user(&user).remember(true).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn logout(session: LoginSession<User>) -> Done {
    session.logout_user().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes something in the login's record, which is what a session is here, and takes its time.
async fn write(session: LoginSession<User>, State(control): State<Control>) -> Done {
    if let Ok(Some(user)) = control.find(1) {
        session.confirm_login(&user).await?;
    }
    control.hold().await;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn side(control: &Control) -> Side {
    let store = FaultyStore::new(MemoryStore::new(), &control.faults);
    let manager = LoginManager::builder(load_user, store)
        .secret_key(SecretKey::generate().expect("random bytes"))
        .login_view("/login")
        .with_state(control.clone())
        .build()
        .expect("the settings agree");
    let app = Router::new()
        .route("/dashboard", get(dashboard).post(dashboard))
        .route("/", get(async || "home"))
        .route("/login/{id}", post(login))
        .route("/logout", post(logout))
        .route("/write", post(write))
        .layer(manager.layer())
        .with_state(control.clone());
    Side {
        name: "login-runtime",
        app,
        control: control.clone(),
    }
}
