//! A site on which no route can be forgotten: a handler without a decision does not compile.
//!
//! `cargo run -p guarded` prints who may call what, and serves the same to admins at `/access`.
//! With `--features openapi` it also makes the security requirements of an OpenAPI document.

use std::{env, error::Error, process::ExitCode};

use axum::{
    Form, Json,
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response, Result},
};
use login_runtime::{
    CurrentUser, LoggedIn, LoginManager, LoginSession, NextUrl, Role, SecretKey, UserMixin,
    guarded::{AccessTable, Router, get, post},
    login_required, permissions_required, public, request_loader, roles_required,
    store::MemoryStore,
    user_loader,
};
use serde::Deserialize;
use tokio::net::TcpListener;
use tower_http::csrf::CsrfLayer;

#[cfg(feature = "openapi")]
mod openapi;

// -- Users ------------------------------------------------------------------------------------

/// A misspelt role does not compile.
#[derive(Clone, Copy, PartialEq, Role)]
enum Role {
    Editor,
    Admin,
}

/// One of the demo's two users. Their passwords stand in the source because this example is about
/// routes; `quickstart` shows how passwords are kept.
#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    #[login(id)]
    name: &'static str,
    password: &'static str,
    api_key: &'static str,
    #[login(roles)]
    roles: Vec<Role>,
    #[login(permissions)]
    permissions: Vec<&'static str>,
}

fn users() -> [User; 2] {
    let ada = User {
        name: "ada",
        password: "enchantress",
        api_key: "ada-api-key",
        roles: vec![Role::Editor, Role::Admin],
        permissions: vec!["articles:publish"],
    };
    let grace = User {
        name: "grace",
        password: "harvard-mark-1",
        api_key: "grace-api-key",
        roles: vec![Role::Editor],
        permissions: Vec::new(),
    };
    [ada, grace]
}

#[user_loader]
async fn load_user(name: String) -> Option<User> {
    users().into_iter().find(|user| user.name == name)
}

#[request_loader(header = "x-api-key")]
async fn load_by_api_key(key: String) -> Option<User> {
    users().into_iter().find(|user| user.api_key == key)
}

// -- Routes for everybody ---------------------------------------------------------------------

#[public]
async fn home(current_user: CurrentUser<User>) -> Html<String> {
    let name = current_user.user().map_or("stranger", |user| user.name);
    Html(format!(
        "<h1>Hi, {name}!</h1>\
         <a href=/login>Log in</a> <a href=/articles>Articles</a> <a href=/access>Access</a>"
    ))
}

const LOGIN_FORM: Html<&str> = Html(
    "<form method=post><input name=username autofocus> \
     <input name=password type=password> <button>Log in</button></form>",
);

#[public]
async fn login_form() -> Html<&'static str> {
    LOGIN_FORM
}

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
}

#[public]
async fn login(
    session: LoginSession<User>,
    next: NextUrl,
    Form(form): Form<Credentials>,
) -> Result<Response> {
    let known = |user: &User| user.name == form.username && user.password == form.password;
    match users().into_iter().find(known) {
        Some(user) if session.login_user(&user).await? => {
            Ok(Redirect::to(next.or("/")).into_response())
        }
        // Nobody, or an account that is not active.
        _ => Ok((StatusCode::UNAUTHORIZED, LOGIN_FORM).into_response()),
    }
}

// -- Routes for some --------------------------------------------------------------------------

#[login_required]
async fn articles(user: LoggedIn<User>) -> String {
    format!("Everything that {} may read.\n", user.name)
}

#[roles_required(Role::Editor)]
async fn write() -> &'static str {
    "Written.\n"
}

#[roles_required(Role::Editor)]
#[permissions_required("articles:publish")]
async fn publish() -> &'static str {
    "Published.\n"
}

/// For programs: a cookie opens nothing here.
#[login_required(via = "request")]
async fn api_articles() -> Json<[&'static str; 2]> {
    Json(["first", "second"])
}

// -- The application --------------------------------------------------------------------------

type Routes = Router<LoginManager<User>>;

/// Every route but the one that shows them.
fn routes() -> Routes {
    let articles = Router::new()
        .route("/", get(articles).post(write))
        .route("/{id}/publish", post(publish));
    let api = Router::new().route("/articles", get(api_articles));
    Router::new()
        .route("/", get(home))
        .route("/login", get(login_form).post(login))
        .nest("/articles", articles)
        .nest("/api", api)
}

/// The routes, with two more that show all of them to admins.
fn all_routes() -> Routes {
    #[roles_required(Role::Admin)]
    async fn as_text() -> String {
        all_routes().access_table().to_string()
    }

    #[roles_required(Role::Admin)]
    async fn as_json() -> Json<AccessTable> {
        Json(all_routes().access_table())
    }

    let routes = routes()
        .route("/access", get(as_text))
        .route("/access.json", get(as_json));
    #[cfg(feature = "openapi")]
    let routes = routes.route("/openapi.json", get(openapi::document));
    routes
}

fn app(key: SecretKey) -> Result<axum::Router, login_runtime::BuildError> {
    let login_manager = LoginManager::builder(load_user, MemoryStore::new())
        .secret_key(key)
        .request_loader(load_by_api_key)
        .login_view("/login")
        .build()?;
    Ok(all_routes()
        .with_login(&login_manager)
        // Other sites' pages cannot post here.
        .layer(CsrfLayer::new()))
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guarded: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let app = app(SecretKey::generate()?)?;
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(&address).await.map_err(|error| {
        format!(
            "ADDR: `{address}` cannot be listened on ({error}); set it to an address and a port \
             such as 127.0.0.1:3000, or port 0 for a free one"
        )
    })?;
    println!("who may call what:\n\n{}", all_routes().access_table());
    println!("accounts: `ada` with password `enchantress` and API key `ada-api-key`, an admin;");
    println!("          `grace` with password `harvard-mark-1` and API key `grace-api-key`");
    println!("listening on http://{}", listener.local_addr()?);
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app)
        .with_graceful_shutdown(interrupted)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
