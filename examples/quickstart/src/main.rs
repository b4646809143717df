//! A site with a login: everything that an application writes, from top to bottom.
//!
//! `cargo run -p quickstart`, then open the address that it prints.

use std::{
    env::{self, VarError},
    error::Error,
    fmt::Display,
    process::ExitCode,
    str::FromStr,
    sync::Arc,
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier},
};
use axum::{
    Form, Json, Router,
    extract::{FromRef, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response, Result},
    routing::{get, post},
};
use login_runtime::{
    CurrentUser, Flash, LoggedIn, LoginManager, LoginManagerBuilder, LoginSession, NextUrl,
    SecretKey, Templates, UserMixin, fresh_login_required, login_required, request_loader,
    store::SqliteStore, user_loader,
};
use minijinja::{Environment, context};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};
use tokio::{net::TcpListener, sync::Semaphore, task};
use tower_http::csrf::CsrfLayer;

// -- Users ------------------------------------------------------------------------------------

/// A row of the table of users.
///
/// Templates and JSON get what serde serialises, so the password hash is skipped. Changing it ends
/// the user's other logins.
#[derive(Clone, UserMixin, Serialize, sqlx::FromRow)]
struct User {
    id: i64,
    name: String,
    #[login(active)]
    active: bool,
    #[login(auth_hash)]
    #[serde(skip)]
    password_hash: String,
}

/// Finds the user of a login. The id comes first, then any extractors that need no body.
#[user_loader]
async fn load_user(id: i64, State(db): State<SqlitePool>) -> sqlx::Result<Option<User>> {
    let user = "SELECT id, name, active, password_hash FROM users WHERE id = ?";
    sqlx::query_as(user).bind(id).fetch_optional(&db).await
}

/// Finds the user of a request with `Authorization: Bearer …`: for programs, which have no cookies.
#[request_loader(bearer)]
async fn load_by_api_key(key: String, State(db): State<SqlitePool>) -> sqlx::Result<Option<User>> {
    let user = "SELECT id, name, active, password_hash FROM users WHERE api_key_digest = ?";
    sqlx::query_as(user)
        .bind(digest(&key))
        .fetch_optional(&db)
        .await
}

// -- Pages ------------------------------------------------------------------------------------

/// Public. The template greets whoever is logged in.
async fn home(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("home.html", ())?)
}

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
    /// A ticked checkbox sends its value, and one that is not ticked sends nothing.
    remember: Option<String>,
}

async fn login_form(
    current_user: CurrentUser<User>,
    next: NextUrl,
    templates: Templates<User>,
) -> Result<Response> {
    if current_user.is_authenticated() {
        return Ok(Redirect::to(next.or("/")).into_response());
    }
    Ok(templates.render("login.html", ())?.into_response())
}

async fn login(
    session: LoginSession<User>,
    next: NextUrl,
    templates: Templates<User>,
    State(db): State<SqlitePool>,
    State(passwords): State<Passwords>,
    Form(form): Form<Credentials>,
) -> Result<Response> {
    let remember = form
        .remember
        .is_some_and(|value| !matches!(&*value, "" | "0" | "false"));
    let user: Option<User> =
        sqlx::query_as("SELECT id, name, active, password_hash FROM users WHERE name = ?")
            .bind(&form.username)
            .fetch_optional(&db)
            .await
            .map_err(unavailable)?;
    let error = match passwords.check(user, form.password).await? {
        None => "That is not a user name and its password.",
        Some(user) if session.login_user(&user).remember(remember).await? => {
            // Where the visitor wanted to go: only ever a path on this site.
            return Ok(Redirect::to(next.or("/")).into_response());
        }
        Some(_) => "This account is not active.",
    };
    let page = templates.render("login.html", context! { error, username => form.username })?;
    Ok((StatusCode::UNAUTHORIZED, page).into_response())
}

/// Public: logging out twice is no mistake.
async fn logout(session: LoginSession<User>, flash: Flash) -> Result<Redirect> {
    session.logout_user().await?;
    flash.flash("You are logged out.", "success")?;
    Ok(Redirect::to("/"))
}

#[login_required]
async fn dashboard(
    session: LoginSession<User>,
    templates: Templates<User>,
) -> Result<Html<String>> {
    let context = context! { fresh => session.is_fresh(), remembered => session.is_remembered() };
    Ok(templates.render("dashboard.html", context)?)
}

/// For those who have entered their password in the last ten minutes; others go to `/confirm`.
#[fresh_login_required(within = "10m")]
async fn settings(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("settings.html", ())?)
}

#[login_required]
async fn confirm_form(templates: Templates<User>) -> Result<Html<String>> {
    Ok(templates.render("confirm.html", ())?)
}

#[derive(Deserialize)]
struct Confirmation {
    password: String,
}

#[login_required]
async fn confirm(
    user: LoggedIn<User>,
    session: LoginSession<User>,
    next: NextUrl,
    templates: Templates<User>,
    State(passwords): State<Passwords>,
    Form(form): Form<Confirmation>,
) -> Result<Response> {
    if passwords
        .check(Some(User::clone(&user)), form.password)
        .await?
        .is_some()
    {
        session.confirm_login(&user).await?;
        return Ok(Redirect::to(next.or("/settings")).into_response());
    }
    let page = templates.render(
        "confirm.html",
        context! { error => "That is not your password." },
    )?;
    Ok((StatusCode::UNAUTHORIZED, page).into_response())
}

#[derive(Serialize)]
struct Me {
    id: i64,
    name: String,
    fresh: bool,
    remembered: bool,
}

#[login_required]
async fn api_me(user: LoggedIn<User>, session: LoginSession<User>) -> Json<Me> {
    Json(Me {
        id: user.id,
        name: user.name.clone(),
        fresh: session.is_fresh(),
        remembered: session.is_remembered(),
    })
}

// -- The application --------------------------------------------------------------------------

/// What handlers and loaders take from the state.
#[derive(Clone, FromRef)]
struct App {
    db: SqlitePool,
    passwords: Passwords,
    templates: Arc<Environment<'static>>,
}

/// Everything but the socket, so that tests can have it too.
async fn app(database: &str, key: SecretKey) -> Result<Router, Box<dyn Error>> {
    let builder = logins(database).await?;
    let state = App {
        db: users(database)
            .await
            .map_err(|error| format!("DATABASE: {error}"))?,
        passwords: Passwords::new()?,
        templates: Arc::new(templates()?),
    };

    let login_manager = builder
        .secret_key(key)
        .request_loader(load_by_api_key)
        .login_view("/login")
        .refresh_view("/confirm")
        // This program speaks plain HTTP, where browsers drop cookies that are for HTTPS. Behind
        // TLS take this line out, and the cookies become `Secure` and `__Host-`.
        .insecure_cookies_over_plain_http()
        .with_state(state.clone())
        .build()?;

    Ok(Router::new()
        .route("/", get(home))
        .route("/login", get(login_form).post(login))
        .route("/logout", post(logout))
        .route("/dashboard", get(dashboard))
        .route("/settings", get(settings))
        .route("/confirm", get(confirm_form).post(confirm))
        .route("/api/me", get(api_me))
        .with_state(state)
        .layer(login_manager.layer())
        // Other sites' pages cannot post here.
        .layer(CsrfLayer::new()))
}

/// Begins the manager with a store: the file of the users, or the server that `LOGINS` names, where the
/// example was built with its feature.
async fn logins(database: &str) -> Result<LoginManagerBuilder<User, App>, Box<dyn Error>> {
    let server = setting("LOGINS", "")?;
    #[cfg(any(feature = "mysql", feature = "postgres", feature = "redis"))]
    let unusable = |error: login_runtime::store::StoreError| format!("LOGINS: {error}");
    match server.split(':').next().unwrap_or_default() {
        "" => {
            // Users and logins share the file. `SqliteStore::from_pool` would share the pool as well.
            let store = SqliteStore::connect(database).await;
            let store = store.map_err(|error| format!("DATABASE: {error}"))?;
            Ok(LoginManager::builder(load_user, store))
        }
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => {
            let store = login_runtime::store::PostgresStore::connect(&server).await;
            Ok(LoginManager::builder(load_user, store.map_err(unusable)?))
        }
        #[cfg(feature = "mysql")]
        "mysql" | "mariadb" => {
            let store = login_runtime::store::MySqlStore::connect(&server).await;
            Ok(LoginManager::builder(load_user, store.map_err(unusable)?))
        }
        #[cfg(feature = "redis")]
        "redis" | "rediss" | "redis+unix" => {
            let store = login_runtime::store::RedisStore::connect(&server).await;
            Ok(LoginManager::builder(load_user, store.map_err(unusable)?))
        }
        scheme => {
            Err(format!("LOGINS: `{scheme}` takes this example's feature of that name").into())
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let key = if env::var_os("SECRET_KEY").is_some() {
        SecretKey::from_env("SECRET_KEY").map_err(|error| format!("SECRET_KEY: {error}"))?
    } else {
        println!("SECRET_KEY is not set: logins end with this process");
        SecretKey::generate()?
    };
    let app = app(&setting("DATABASE", "quickstart.db")?, key).await?;
    let address = setting("ADDR", "127.0.0.1:3000")?;
    let listener = TcpListener::bind(&address).await.map_err(|error| {
        format!(
            "ADDR: `{address}` cannot be listened on ({error}); set it to an address and a port \
             such as 127.0.0.1:3000, or port 0 for a free one"
        )
    })?;

    println!("accounts: `ada` with password `enchantress` and API key `ada-api-key`;");
    println!("          `grace` with password `harvard-mark-1`, who is not active");
    println!("listening on http://{}", listener.local_addr()?);
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app)
        .with_graceful_shutdown(interrupted)
        .await?;
    Ok(())
}

/// What the environment says, or the default where it says nothing.
fn setting(name: &str, default: &str) -> Result<String, String> {
    match env::var(name) {
        Ok(value) if !value.is_empty() => Ok(value),
        Ok(_) | Err(VarError::NotPresent) => Ok(default.to_owned()),
        Err(VarError::NotUnicode(value)) => Err(format!("{name}: {} is not text", value.display())),
    }
}

fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut templates = Environment::new();
    templates.add_template("base.html", include_str!("../templates/base.html"))?;
    templates.add_template("home.html", include_str!("../templates/home.html"))?;
    templates.add_template("login.html", include_str!("../templates/login.html"))?;
    templates.add_template(
        "dashboard.html",
        include_str!("../templates/dashboard.html"),
    )?;
    templates.add_template("settings.html", include_str!("../templates/settings.html"))?;
    templates.add_template("confirm.html", include_str!("../templates/confirm.html"))?;
    Ok(templates)
}

// -- The table of users -----------------------------------------------------------------------

/// Opens the database and puts the demo's accounts in, unless they are there.
async fn users(database: &str) -> Result<SqlitePool, Box<dyn Error>> {
    let options = SqliteConnectOptions::from_str(database)?.create_if_missing(true);
    let db = SqlitePool::connect_with(options).await?;
    sqlx::query(
        "CREATE TABLE IF NOT EXISTS users (
             id INTEGER PRIMARY KEY,
             name TEXT NOT NULL UNIQUE,
             active BOOLEAN NOT NULL,
             password_hash TEXT NOT NULL,
             api_key_digest BLOB UNIQUE
         )",
    )
    .execute(&db)
    .await?;
    for (name, password, active, api_key) in [
        ("ada", "enchantress", true, Some("ada-api-key")),
        ("grace", "harvard-mark-1", false, None),
    ] {
        let known: Option<i64> = sqlx::query_scalar("SELECT id FROM users WHERE name = ?")
            .bind(name)
            .fetch_optional(&db)
            .await?;
        if known.is_none() {
            let row = "INSERT OR IGNORE INTO users (name, active, password_hash, api_key_digest) \
                       VALUES (?, ?, ?, ?)";
            let password_hash = Argon2::default()
                .hash_password(password.as_bytes())?
                .to_string();
            let api_key_digest = api_key.map(digest);
            let row = sqlx::query(row).bind(name).bind(active).bind(password_hash);
            row.bind(api_key_digest).execute(&db).await?;
        }
    }
    Ok(db)
}

/// API keys are long and random, so a plain digest hides them from whoever reads the database.
fn digest(api_key: &str) -> Vec<u8> {
    Sha256::digest(api_key).to_vec()
}

/// Checks passwords, one on each core: a check is meant to cost a core some 20 ms, and 19 MiB.
#[derive(Clone)]
struct Passwords {
    cores: Arc<Semaphore>,
    /// How many may wait for a core. Whoever comes when it is full is told to come back later.
    queue: Arc<Semaphore>,
    /// What the password of a user who does not exist is compared with.
    nobody: Arc<str>,
}

impl Passwords {
    fn new() -> Result<Self, Box<dyn Error>> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let nobody = Argon2::default().hash_password(b"no password")?.to_string();
        Ok(Self {
            cores: Arc::new(Semaphore::new(cores)),
            queue: Arc::new(Semaphore::new(100 * cores)),
            nobody: nobody.into(),
        })
    }

    /// Gives the user back if the password is right. Takes as long where there is no user, so that
    /// nobody can find out by the clock who has an account.
    async fn check(&self, user: Option<User>, password: String) -> Result<Option<User>> {
        let queued = self.queue.try_acquire().map_err(unavailable)?;
        let core = Arc::clone(&self.cores).acquire_owned().await;
        let core = core.map_err(unavailable)?;
        drop(queued);
        let nobody = Arc::clone(&self.nobody);
        let check = move || {
            // Held by the check and not by who waits for it: a visitor who hangs up does not stop
            // it, and the next one must not begin beside it.
            let _core = core;
            let hash = user.as_ref().map_or(&*nobody, |user| &user.password_hash);
            let right = Argon2::default()
                .verify_password(password.as_bytes(), hash)
                .is_ok();
            user.filter(|_| right)
        };
        // Not on the threads that serve requests: those would all wait meanwhile.
        Ok(task::spawn_blocking(check).await.map_err(unavailable)?)
    }
}

/// Tells the log what went wrong, and the visitor to try again later.
fn unavailable(error: impl Display) -> StatusCode {
    tracing::error!(%error, "a page could not be made");
    StatusCode::SERVICE_UNAVAILABLE
}

#[cfg(test)]
mod tests;
