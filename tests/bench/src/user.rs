//! The users of the application, the same for every library.

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use login_runtime::UserMixin;

/// How many accounts there are.
pub(crate) const USERS: i64 = 1000;

#[derive(Clone, Debug, UserMixin)]
pub(crate) struct User {
    pub(crate) id: i64,
    pub(crate) name: String,
    #[login(auth_hash)]
    pub(crate) password_hash: String,
}

/// The user table: what every library's loader asks, on every request that asks.
#[derive(Clone, Debug)]
pub(crate) struct Users(Arc<HashMap<i64, User>>);

impl Users {
    pub(crate) fn new() -> Self {
        let user = |id| User {
            id,
            name: format!("Ada Lovelace {id}"),
            password_hash: format!("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0${id:043}"),
        };
        Self(Arc::new((1..=USERS).map(|id| (id, user(id))).collect()))
    }

    #[expect(clippy::unused_async, reason = "a real table is asked over a network")]
    pub(crate) async fn find(&self, id: i64) -> Result<Option<User>, Infallible> {
        Ok(self.0.get(&id).cloned())
    }
}

pub(crate) const API_KEY: &str = "1bd2c8a0e4f94a63b0f6";

/// The account of an API key.
pub(crate) fn owner_of(key: &str) -> Option<i64> {
    (key == API_KEY).then_some(1)
}
