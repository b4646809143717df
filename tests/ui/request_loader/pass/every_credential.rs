use std::str::FromStr;

use axum::{extract::State, http::HeaderMap};
use login_runtime::{LoginManager, UserMixin, request_loader, store::MemoryStore, user_loader};

#[derive(Clone)]
struct Db;

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

struct ApiKey(i64);

impl FromStr for ApiKey {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

#[user_loader]
async fn load_user(id: i64, State(_): State<Db>) -> Option<User> {
    Some(User { id })
}

#[request_loader]
async fn parts(headers: HeaderMap, State(_): State<Db>) -> Option<User> {
    headers.get("x-ticket")?.to_str().ok()?.parse().ok().map(|id| User { id })
}

#[request_loader(bearer)]
async fn bearer(token: String, State(_): State<Db>) -> Result<Option<User>, std::io::Error> {
    Ok(token.parse().ok().map(|id| User { id }))
}

#[request_loader(basic)]
async fn basic(name: String, ApiKey(id): ApiKey) -> Option<User> {
    (name == "ada").then_some(User { id })
}

#[request_loader(header = "X-Api-Key")]
async fn header(ApiKey(id): ApiKey) -> Option<User> {
    Some(User { id })
}

#[request_loader(query = "api key")]
async fn query(mut key: ApiKey, _: State<Db>) -> Option<User> {
    key.0 += 1;
    Some(User { id: key.0 })
}

#[request_loader(bearer)]
async fn generic<D: Clone + Send + Sync + 'static>(key: ApiKey, _: State<D>) -> Option<User> {
    Some(User { id: key.0 })
}

impl User {
    #[request_loader(header = "x-longest-name-of-a-header-that-fits-into-four-numbers-012345678")]
    async fn load(id: i64) -> Option<Self> {
        Some(Self { id })
    }
}

fn main() {
    let _ = LoginManager::builder(load_user, MemoryStore::new())
        .request_loader(parts)
        .request_loader(bearer)
        .request_loader(basic)
        .request_loader(header)
        .request_loader(query)
        .request_loader(generic::<Db>)
        .request_loader(User::load)
        .with_state::<()>(Db);
}
