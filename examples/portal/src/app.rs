//! The application: what its pages share, its routes, and what lies around them.

use std::{error::Error, sync::Arc};

use axum::{
    Extension,
    extract::{DefaultBodyLimit, FromRef},
    http::{HeaderName, StatusCode},
    middleware::{from_fn, from_fn_with_state},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use login_runtime::{
    Clock, LoginManager, LoginManagerBuilder, Refusal, SecretKey, Templates, guarded,
    store::SqliteStore,
};
use minijinja::Environment;
use sqlx::sqlite::SqliteConnectOptions;
use tokio::sync::mpsc;
use tower_http::csrf::CsrfLayer;

use crate::{
    answers::{Result, error_page},
    audit::{self, Audit},
    background::Background,
    client,
    config::Config,
    headers,
    keys::Keys,
    links::Links,
    mail::{Outbox, Post},
    pages,
    passwords::Passwords,
    templates,
    throttle::Tries,
    time::Time,
    users::{Role, User, Users, load_by_api_key, load_user},
};

/// A part of the site: a guarded router, to which a handler without a decision cannot be added.
pub(crate) type Routes = guarded::Router<LoginManager<User>, App>;

/// Everything that handlers and loaders take from the state.
#[derive(Clone, FromRef)]
pub struct App {
    pub(crate) audit: Audit,
    pub(crate) keys: Keys,
    pub(crate) links: Links,
    pub(crate) origin: Arc<str>,
    pub(crate) outbox: Outbox,
    pub(crate) passwords: Passwords,
    pub(crate) templates: Arc<Environment<'static>>,
    pub(crate) time: Time,
    pub(crate) tries: Tries,
    pub(crate) users: Users,
}

/// Every route of the site; `access_table` says who may call which.
pub fn routes() -> Routes {
    pages::routes()
}

/// The site, ready to be served.
#[derive(Debug)]
#[non_exhaustive]
pub struct Portal {
    /// Everything but the socket.
    pub router: axum::Router,
    /// What goes on beside it.
    pub background: Background,
    /// A sentence for whoever has started it.
    pub how_to_log_in: String,
}

impl Portal {
    /// Opens the database, makes the first administrator if there is nobody, and puts the site together.
    ///
    /// # Errors
    ///
    /// A setting cannot be used; the text begins with its name.
    pub async fn start(config: &Config, clock: impl Clock) -> Result<Self, Box<dyn Error>> {
        let time = Time::new(clock);
        let of = |name: &'static str| move |error| format!("{name}: {error}");
        // First: where logins are in the same file, their store makes it, for its owner's eyes alone.
        let builder = logins(config).await?;
        let options = SqliteConnectOptions::new().filename(&config.database);
        let users = Users::connect(options).await;
        let users = users.map_err(|error| of("DATABASE")(error.to_string()))?;
        let passwords = Passwords::new()?;
        let how_to_log_in = first_admin(config, &users, &passwords, &time).await?;

        let post = Post::open(&config.mail, &config.mail_from).await;
        let post = post.map_err(|error| of("MAIL")(error.to_string()))?;
        let (mails, waiting) = mpsc::channel(1_000);
        let outbox = Outbox(mails);
        let (audit, events) = Audit::new(users.db.clone(), time.clone());
        let background = Background {
            tasks: vec![
                tokio::spawn(audit::write(events, users.clone(), outbox.clone())),
                tokio::spawn(post.deliver(waiting)),
            ],
        };
        let app = App {
            audit,
            keys: Keys {
                db: users.db.clone(),
            },
            links: Links::new(&config.secret, time.clone()),
            origin: config.origin.as_str().into(),
            outbox,
            passwords,
            templates: Arc::new(templates::environment(time.clone())?),
            tries: Tries::new(&time),
            time,
            users,
        };
        Ok(Self {
            router: router(config, builder, app)?,
            background,
            how_to_log_in,
        })
    }
}

fn router(
    config: &Config,
    builder: LoginManagerBuilder<User, App>,
    app: App,
) -> Result<axum::Router, Box<dyn Error>> {
    let audit = app.audit.clone();
    let mut builder = builder
        .secret_key(SecretKey::from_bytes(&config.secret).map_err(|it| format!("SECRET: {it}"))?)
        .request_loader(load_by_api_key)
        .login_view("/login")
        .refresh_view("/confirm")
        .forbidden_handler(forbidden)
        .client_address(client::address)
        .on_event(move |event| audit.login_event(event))
        .clock(app.time.clone());
    if !config.is_https() {
        builder = builder.insecure_cookies_over_plain_http();
    }
    let login_manager = builder.with_state(app.clone()).build()?;

    let address = config.client_address_header.as_deref();
    let address: Option<HeaderName> = address
        .map(str::parse)
        .transpose()
        .map_err(|error| format!("CLIENT_ADDRESS_HEADER: {error}"))?;
    let site = routes()
        .with_state(app)
        .with_login(&login_manager)
        // For pages that end the logins of others.
        .layer(Extension(login_manager))
        .layer(DefaultBodyLimit::max(64 * 1024))
        // Other sites' pages cannot post here.
        .layer(CsrfLayer::new())
        .layer(from_fn_with_state(address, client::note_address));
    let headers = headers::security(config.is_https());
    let site = headers.into_iter().fold(site, axum::Router::layer);
    Ok(site.layer(from_fn(headers::log)))
}

/// A user came for whom a page is not: told so, with the way home, where a page was asked for.
async fn forbidden(
    refusal: Refusal,
    templates: Templates<User>,
    headers: axum::http::HeaderMap,
) -> Result<Response> {
    let accept = headers.get(axum::http::header::ACCEPT);
    let page = accept.is_some_and(|it| it.to_str().is_ok_and(|it| it.contains("text/html")));
    match page {
        true => error_page(
            StatusCode::FORBIDDEN,
            "This page is not for your account.",
            &templates,
        ),
        false => Ok(refusal.default_response()),
    }
}

/// Begins the manager with a store: the file of the users, or the server that `LOGINS` names, where the
/// portal was built with its feature.
async fn logins(config: &Config) -> Result<LoginManagerBuilder<User, App>, Box<dyn Error>> {
    let server = config.logins.as_deref().unwrap_or_default();
    #[cfg(any(feature = "mysql", feature = "postgres", feature = "redis"))]
    let unusable = |error: login_runtime::store::StoreError| format!("LOGINS: {error}");
    match server.split(':').next().unwrap_or_default() {
        "" => {
            // `SqliteStore` writes a logout down before it is answered; the pool of users need not.
            let store = SqliteStore::connect(&config.database).await;
            let store = store.map_err(|error| format!("DATABASE: {error}"))?;
            Ok(LoginManager::builder(load_user, store))
        }
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => {
            let store = login_runtime::store::PostgresStore::connect(server).await;
            Ok(LoginManager::builder(load_user, store.map_err(unusable)?))
        }
        #[cfg(feature = "mysql")]
        "mysql" | "mariadb" => {
            let store = login_runtime::store::MySqlStore::connect(server).await;
            Ok(LoginManager::builder(load_user, store.map_err(unusable)?))
        }
        #[cfg(feature = "redis")]
        "redis" | "rediss" | "redis+unix" => {
            let store = login_runtime::store::RedisStore::connect(server).await;
            Ok(LoginManager::builder(load_user, store.map_err(unusable)?))
        }
        scheme => Err(format!("LOGINS: `{scheme}` takes the feature of that name").into()),
    }
}

/// Makes an administrator where there is nobody yet; says how to log in.
async fn first_admin(
    config: &Config,
    users: &Users,
    passwords: &Passwords,
    time: &Time,
) -> Result<String, Box<dyn Error>> {
    if !users.is_empty().await? {
        return Ok("log in as before, or register".to_owned());
    }
    let email = crate::users::address(&config.admin_email)
        .ok_or_else(|| format!("ADMIN_EMAIL: `{}` is not an address", config.admin_email))?;
    let (password, shown) = match &config.admin_password {
        Some(password) => (
            password.clone(),
            "the password of ADMIN_PASSWORD".to_owned(),
        ),
        None => {
            let mut bytes = [0; 12];
            getrandom::fill(&mut bytes)?;
            let password = BASE64.encode(bytes);
            let shown = format!("the password `{password}`, which is shown this once");
            (password, shown)
        }
    };
    if let Some(problem) = crate::passwords::problem(&password, &email) {
        return Err(format!("ADMIN_PASSWORD: {problem}").into());
    }
    let hash = passwords.hash(password).await;
    let hash = hash.map_err(|_| "the password could not be hashed")?;
    users
        .add(
            &email,
            "Administrator",
            &hash,
            &[Role::Admin],
            time.seconds(),
        )
        .await?;
    Ok(format!("log in as `{email}` with {shown}"))
}
