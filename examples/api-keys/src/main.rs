//! An API for programs: three ways to bring a key, JSON alone, and never a cookie.
//!
//! `cargo run -p api-keys`, then one of the lines that it prints. `/openapi.json` says the same to tools.

use std::{env, error::Error, process::ExitCode};

use axum::Json;
use login_runtime::{
    LoggedIn, LoginManager, LoginView, SecretKey, UserMixin,
    guarded::{Router, get},
    login_required, permissions_required, public, request_loader,
    store::MemoryStore,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

mod openapi;

// -- Programs ---------------------------------------------------------------------------------

/// A program that has a key. It has no password, and so no auth hash.
#[derive(Clone, UserMixin, Serialize)]
#[login(no_auth_hash)]
struct Program {
    #[login(id)]
    name: &'static str,
    /// A revoked key is found, and opens nothing.
    #[login(active)]
    #[serde(skip)]
    active: bool,
    #[login(permissions)]
    permissions: Vec<&'static str>,
}

/// The keys are random and 128 bits long, so a digest without salt hides them. `portal` makes keys and keeps
/// them in a table.
const PROGRAMS: [(&str, &[&str], bool, &str); 3] = [
    (
        "reporter",
        &["orders:read"],
        true,
        "8d0f2f9c5e1b4a7799f3c6d2a1b0e4f7",
    ),
    (
        "importer",
        &["orders:read", "orders:write"],
        true,
        "1f6a9b3e7c2d4850b8e1d7f3a5c90e62",
    ),
    (
        "retired",
        &["orders:read", "orders:write"],
        false,
        "c3e8a1f07b5d49269d2f6e4b8a7c1053",
    ),
];

/// Looks for the digest and not for the key: how long that takes says nothing about any key.
fn program_of(key: &str) -> Option<Program> {
    let digest = Sha256::digest(key);
    let found = PROGRAMS
        .iter()
        .find(|(_, _, _, known)| Sha256::digest(known) == digest);
    found.map(|(name, permissions, active, _)| Program {
        name,
        active: *active,
        permissions: permissions.to_vec(),
    })
}

/// `Authorization: Bearer …`, which most programs can send.
#[request_loader(bearer)]
async fn by_bearer(key: String) -> Option<Program> {
    program_of(&key)
}

/// `Authorization: Basic …`, as of `curl -u name:key`.
#[request_loader(basic)]
async fn by_basic(name: String, key: String) -> Option<Program> {
    program_of(&key).filter(|program| program.name == name)
}

/// `X-Api-Key: …`, for programs that can set only headers of their own.
#[request_loader(header = "x-api-key")]
async fn by_header(key: String) -> Option<Program> {
    program_of(&key)
}

// -- Routes -----------------------------------------------------------------------------------

#[derive(Serialize)]
struct Order {
    number: u32,
    item: &'static str,
}

/// Whose key it is.
#[login_required]
async fn me(program: LoggedIn<Program>) -> Json<Program> {
    Json(Program::clone(&program))
}

#[permissions_required("orders:read")]
async fn orders() -> Json<[Order; 1]> {
    Json([Order {
        number: 1,
        item: "analytical engine",
    }])
}

#[permissions_required("orders:write")]
async fn order(program: LoggedIn<Program>) -> Json<String> {
    Json(format!("ordered by {}", program.name))
}

#[public]
async fn health() -> Json<&'static str> {
    Json("well")
}

// -- The application --------------------------------------------------------------------------

type Routes = Router<LoginManager<Program>>;

fn routes() -> Routes {
    Router::new()
        .route("/health", get(health))
        .route("/me", get(me))
        .route("/orders", get(orders).post(order))
        // Nobody is sent to a page, a browser neither: there is none.
        .layer(LoginView::none())
}

fn app() -> Result<axum::Router, Box<dyn Error>> {
    // Nobody logs in, so nothing is kept and nothing is signed; the manager asks for both nevertheless.
    let login_manager = LoginManager::builder_from_requests(MemoryStore::new())
        .secret_key(SecretKey::generate()?)
        .request_loader(by_bearer)
        .request_loader(by_basic)
        .request_loader(by_header)
        .build()?;
    let documented = routes().route("/openapi.json", get(openapi::document));
    Ok(documented.with_login(&login_manager))
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("api-keys: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let app = app()?;
    let address = env::var("ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(&address).await.map_err(|error| {
        format!(
            "ADDR: `{address}` cannot be listened on ({error}); set it to an address and a port \
             such as 127.0.0.1:3000, or port 0 for a free one"
        )
    })?;
    let origin = format!("http://{}", listener.local_addr()?);
    let [(_, _, _, reporter), (importer, _, _, key), _] = PROGRAMS;
    println!("curl -H 'authorization: Bearer {reporter}' {origin}/orders");
    println!("curl -u {importer}:{key} -X POST {origin}/orders");
    println!("curl -H 'x-api-key: {key}' {origin}/me");
    println!("listening on {origin}");
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, app)
        .with_graceful_shutdown(interrupted)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests;
