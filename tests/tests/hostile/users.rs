//! The people of the hostile world. Every number below a million is somebody.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::extract::State;
use login_runtime::{UserMixin, request_loader, user_loader};
use login_tests::Fault;
use tokio::task::yield_now;

#[derive(Clone, UserMixin)]
pub(crate) struct User {
    #[login(id)]
    pub(crate) id: u64,
    #[login(active)]
    pub(crate) active: bool,
    #[login(auth_hash)]
    pub(crate) password_hash: String,
    #[login(roles)]
    pub(crate) roles: Vec<&'static str>,
}

/// Somebody with the role `admin`.
pub(crate) const ADMIN: u64 = 3;

/// Another type of user, with the same ids.
#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
pub(crate) struct Staff {
    pub(crate) id: u64,
}

/// The users' database; clones are the same one.
#[derive(Clone, Default)]
pub(crate) struct Users(Arc<Mutex<Table>>);

#[derive(Default)]
struct Table {
    passwords: BTreeMap<u64, u32>,
    inactive: BTreeSet<u64>,
    fault: Option<Fault>,
    waits: bool,
    keys_seen: Vec<String>,
}

impl Users {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, id: u64) -> User {
        let table = self.table();
        let password = table.passwords.get(&id).copied().unwrap_or_default();
        User {
            id,
            active: !table.inactive.contains(&id),
            password_hash: format!("password-hash-{id}-{password}"),
            roles: if id == ADMIN {
                vec!["admin"]
            } else {
                Vec::new()
            },
        }
    }

    /// Gives a user another password hash.
    pub(crate) fn change_password(&self, id: u64) {
        *self.table().passwords.entry(id).or_default() += 1;
    }

    pub(crate) fn deactivate(&self, id: u64) {
        self.table().inactive.insert(id);
    }

    /// Lets both loaders fail from now on, or work again.
    pub(crate) fn fail(&self, fault: Option<Fault>) {
        self.table().fault = fault;
    }

    /// Lets the loaders be pending at first, as a database would be.
    pub(crate) fn wait(&self, waits: bool) {
        self.table().waits = waits;
    }

    /// Every API key that a loader was asked about since the last call.
    pub(crate) fn keys_seen(&self) -> Vec<String> {
        std::mem::take(&mut self.table().keys_seen)
    }

    async fn find(&self, id: u64) -> Result<Option<User>, &'static str> {
        let (fault, waits) = {
            let table = self.table();
            (table.fault, table.waits)
        };
        if waits {
            // The caller polls once before it sets a timer.
            yield_now().await;
            yield_now().await;
        }
        match fault {
            None => Ok((id < 1_000_000).then(|| self.get(id))),
            Some(Fault::Error) => Err("a fault of the loader, on purpose"),
            Some(Fault::Hang) => pending().await,
            Some(Fault::Panic | Fault::PanicAtOnce) => panic!("a fault of the loader, on purpose"),
        }
    }
}

#[user_loader]
pub(crate) async fn load_user(
    id: u64,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    users.find(id).await
}

/// The key of user 7 is `key-7`. The empty key is somebody's who has none: a row left empty.
#[request_loader(bearer)]
pub(crate) async fn load_by_key(
    key: String,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    owner(key, users).await
}

#[request_loader(header = "x-api-key")]
pub(crate) async fn load_by_header(
    key: String,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    owner(key, users).await
}

#[request_loader(query = "api_key")]
pub(crate) async fn load_by_query(
    key: String,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    owner(key, users).await
}

#[request_loader(basic)]
pub(crate) async fn load_by_password(
    name: String,
    password: String,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    owner(if name.is_empty() { password } else { name }, users).await
}

async fn owner(key: String, users: Users) -> Result<Option<User>, &'static str> {
    users.table().keys_seen.push(key.clone());
    if key.is_empty() {
        return users.find(999_999).await;
    }
    match key.strip_prefix("key-").and_then(|id| id.parse().ok()) {
        Some(id) => users.find(id).await,
        None => Ok(None),
    }
}

/// The token of staff 7 is `token-7`.
#[request_loader(query = "token")]
pub(crate) async fn load_staff_by_token(token: String) -> Option<Staff> {
    let id = token.strip_prefix("token-")?.parse().ok()?;
    Some(Staff { id })
}

#[user_loader]
pub(crate) async fn load_staff(id: u64) -> Option<Staff> {
    Some(Staff { id })
}
