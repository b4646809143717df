use std::{convert::Infallible, future::Future, pin::Pin};

use axum::{extract::State, http::HeaderMap};
use login_runtime::{LoginManager, UserMixin, store::MemoryStore, user_loader};

#[derive(Clone)]
struct Db;

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}


#[user_loader]
async fn option(id: i64) -> Option<User> {
    Some(User { id })
}

#[user_loader]
async fn result(id: String, State(_): State<Db>, _: HeaderMap) -> Result<Option<User>, Infallible> {
    Ok(id.parse().ok().map(|id| User { id }))
}

#[user_loader]
async fn boxed_error(id: i64) -> Result<Option<User>, Box<dyn std::error::Error + Send + Sync>> {
    if id == 0 { Err("no such user".into()) } else { Ok(None) }
}

#[user_loader]
async fn text_as_error(id: i64) -> Result<Option<User>, String> {
    if id == 0 { Err("no such user".to_owned()) } else { Ok(None) }
}

type Found<U> = Result<Option<U>, std::io::Error>;

#[user_loader]
async fn alias(id: u128) -> Found<User> {
    Ok(i64::try_from(id).ok().map(|id| User { id }))
}

#[user_loader]
fn boxed_future(id: i64) -> Pin<Box<dyn Future<Output = Option<User>> + Send>> {
    Box::pin(option(id))
}

#[user_loader]
fn opaque_future(id: i64) -> impl Future<Output = Found<User>> + Send {
    async move { Ok(Some(User { id })) }
}

#[user_loader]
async fn generic<D: Clone + Send + Sync + 'static>(id: i64, State(_): State<D>) -> Option<User> {
    Some(User { id })
}

#[user_loader]
async fn opaque_user(id: i64) -> Option<impl UserMixin + Clone> {
    Some(User { id })
}

impl User {
    #[user_loader]
    async fn load(id: i64) -> Option<Self> {
        Some(Self { id })
    }
}

fn main() {
    let _ = LoginManager::builder(option, MemoryStore::new()).with_state::<()>(());
    let _ = LoginManager::builder(result, MemoryStore::new()).with_state::<()>(Db);
    let _ = LoginManager::builder(boxed_error, MemoryStore::new()).with_state::<()>(());
    let _ = LoginManager::builder(text_as_error, MemoryStore::new()).with_state::<()>(());
    let _ = LoginManager::builder(alias, MemoryStore::new()).with_state::<()>(());
    let _ = LoginManager::builder(boxed_future, MemoryStore::new()).with_state::<()>(());
    let _ = LoginManager::builder(opaque_future, MemoryStore::new()).with_state::<()>(());
    let _ = LoginManager::builder(generic::<Db>, MemoryStore::new()).with_state::<()>(Db);
    let _ = LoginManager::builder(opaque_user, MemoryStore::new()).with_state::<()>(());
    let _ = LoginManager::builder(User::load, MemoryStore::new()).with_state::<()>(());
}
