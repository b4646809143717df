//! The users of the test site, and loaders that fail where they are told to.

use std::{
    collections::BTreeMap,
    future::pending,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::extract::State;
use login_runtime::{UserMixin, request_loader, user_loader};
use login_tests::Fault;

pub(crate) const ADA: u64 = 1;
pub(crate) const GRACE: u64 = 2;

#[derive(Clone, UserMixin)]
pub(crate) struct User {
    #[login(id)]
    pub(crate) id: u64,
    pub(crate) name: &'static str,
    #[login(active)]
    pub(crate) active: bool,
    #[login(auth_hash)]
    pub(crate) password_hash: String,
}

/// The users' database; clones are the same one.
#[derive(Clone)]
pub(crate) struct Users(Arc<Mutex<Table>>);

struct Table {
    rows: BTreeMap<u64, User>,
    fault: Option<Fault>,
    key_fault: Option<Fault>,
    loads: usize,
    key_loads: usize,
}

impl Users {
    pub(crate) fn new() -> Self {
        let row = |id, name| {
            let password_hash = format!("hash of {name}");
            let user = User {
                id,
                name,
                active: true,
                password_hash,
            };
            (id, user)
        };
        Self(Arc::new(Mutex::new(Table {
            rows: BTreeMap::from([row(ADA, "ada"), row(GRACE, "grace")]),
            fault: None,
            key_fault: None,
            loads: 0,
            key_loads: 0,
        })))
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, id: u64) -> User {
        self.table().rows[&id].clone()
    }

    pub(crate) fn edit(&self, id: u64, edit: impl FnOnce(&mut User)) {
        edit(self.table().rows.get_mut(&id).expect("a user of the site"));
    }

    pub(crate) fn delete(&self, id: u64) {
        self.table().rows.remove(&id);
    }

    /// Lets the user loader fail from now on, or work again.
    pub(crate) fn fail(&self, fault: Option<Fault>) {
        self.table().fault = fault;
    }

    /// Lets the request loader fail from now on, or work again.
    pub(crate) fn fail_keys(&self, fault: Option<Fault>) {
        self.table().key_fault = fault;
    }

    /// How often the user loader was called.
    pub(crate) fn loads(&self) -> usize {
        self.table().loads
    }

    /// How often the request loader was called.
    pub(crate) fn key_loads(&self) -> usize {
        self.table().key_loads
    }

    async fn find(&self, id: u64, fault: Option<Fault>) -> Result<Option<User>, &'static str> {
        match fault {
            None => Ok(self.table().rows.get(&id).cloned()),
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
    let fault = {
        let mut table = users.table();
        table.loads += 1;
        table.fault
    };
    users.find(id, fault).await
}

/// The key of user 1 is `key-1`.
#[request_loader(bearer)]
pub(crate) async fn load_by_key(
    key: String,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    let fault = {
        let mut table = users.table();
        table.key_loads += 1;
        table.key_fault
    };
    match key.strip_prefix("key-").and_then(|id| id.parse().ok()) {
        Some(id) => users.find(id, fault).await,
        None => Ok(None),
    }
}
