//! Logins in Redis.

mod advice;
mod confirm;
mod connection;
mod key;
mod open;
pub mod redis_1;
mod scan;
mod scripts;
mod value;

use std::{cmp::Reverse, fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use redis::{RedisError, cmd};

use self::{
    confirm::Confirm,
    connection::Connection,
    key::Key,
    scripts::{CREATE, DELETE_USER, UPDATE},
    value::Nonce,
};
use super::{Cursor, LoginStore, Page, StoreError, Ticket, Update};
use crate::{
    clock::Timestamp,
    login::{Login, LoginId, is_user_id},
};

/// Keeps logins in a Redis or Valkey server, or in a cluster of them, which any number of servers may
/// share.
///
/// Each user has one hash, under the key `login-runtime:REALM:TAG`; TAG is 22 characters of the
/// SHA-256 of the realm and the user's id, and each field is one login. The user's logins are what is
/// in the hash, so there is no index that could say something else, and a key is in one slot of a
/// cluster. It goes by itself an hour after the last of its logins has expired. The session and the
/// remember cookie are 22 bytes longer than with another store: they carry the tag.
///
/// # What it promises
///
/// Every step is one command or one script, so a logout that was answered is final as soon as the answer
/// is there, on every server, while the same primary serves. Two things are up to how Redis is run:
///
/// - **What is kept when it crashes.** With `appendonly yes` and `appendfsync everysec`, as most have
///   it, the last second is lost, and a logout of that second with it; with `appendfsync always`
///   nothing is. Without either everybody is logged out.
/// - **What is kept when it fails over.** Replication is asynchronous, so a failover can undo a logout
///   that was answered just before. [`confirm_replicas`](Self::confirm_replicas) waits until replicas
///   have it too. That narrows the gap and does not close it: Redis may choose a replica that did not
///   confirm, and promises no strong consistency.
///
/// Reading goes to primaries only, and `connect` refuses a replica.
///
/// Set `maxmemory-policy noeviction`: with any other, a server that is short of memory logs people
/// out, and the store says so in the log when it connects.
///
/// It brings no TLS of its own: switch a TLS feature of the `redis` crate on in your application, and
/// `rediss://` works. It needs Redis 6.2 or Valkey, and is tested with Redis 7.0, alone and as a
/// cluster.
///
/// # Costs
///
/// Finding a login, noting that it was seen, logging in and logging out are one round trip each. The
/// logins of a whole realm ([`list_realm`](LoginStore::list_realm), [`delete_realm`](LoginStore::delete_realm))
/// are found by going through all keys of the database, and while a cluster moves slots some may be
/// missed.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use login_runtime::store::RedisStore;
///
/// let store = RedisStore::connect("redis://redis.example.com").await?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct RedisStore {
    connection: Connection,
    /// How to connect once more, where the connection is not the application's.
    origin: Option<Arc<open::Origin>>,
    confirm: Option<Confirm>,
    /// What to call the server.
    name: Arc<str>,
}

impl RedisStore {
    /// Connects to a server, or to the cluster that it is part of.
    ///
    /// `url` is `redis://user:password@host:port/database`, or `rediss://`, `unix://` and the others
    /// that the `redis` crate knows. For a cluster it may be several with commas between them, of
    /// which one has to answer.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] with a sentence that names the server: where it cannot be
    /// reached, refuses the account, or is a replica.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        open::open(url).await
    }

    /// Keeps the logins behind a connection that is somebody else's.
    async fn over(connection: Connection) -> Result<Self, StoreError> {
        let store = Self {
            connection,
            origin: None,
            confirm: None,
            name: "Redis".into(),
        };
        open::check(&store).await?;
        Ok(store)
    }

    /// Lets a logout be answered only when at least so many replicas have it too.
    ///
    /// Whatever ends logins then waits for them, for at most `timeout`, on a connection of its own. With
    /// fewer confirmations than `replicas` it is a [`StoreError::Unavailable`], and so a 503; the login
    /// has ended all the same, as far as the primary knows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`] where the server cannot be reached, or where the store was made
    /// from a connection of the application's: it does not say how to make another.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::{num::NonZeroUsize, time::Duration};
    /// use login_runtime::store::RedisStore;
    ///
    /// let store = RedisStore::connect("redis://redis.example.com").await?
    ///     .confirm_replicas(NonZeroUsize::MIN, Duration::from_secs(1)).await?;
    /// # Ok(()) }
    /// ```
    pub async fn confirm_replicas(
        mut self,
        replicas: NonZeroUsize,
        timeout: Duration,
    ) -> Result<Self, StoreError> {
        let Some(origin) = &self.origin else {
            return Err(StoreError::unavailable(
                "waiting for replicas takes a connection of its own; make the store with \
                 `RedisStore::connect`",
            ));
        };
        let connection = origin.connect(timeout).await;
        let connection = connection.map_err(|error| self.failure(error))?;
        self.confirm = Some(Confirm::new(connection, replicas, timeout));
        Ok(self)
    }

    fn failure(&self, error: RedisError) -> StoreError {
        advice::failure(&self.name, error)
    }

    /// Ends logins of one user, by a script that says how many.
    async fn end(&self, key: &Key, keep: Option<LoginId>) -> Result<u64, StoreError> {
        let keep = keep.as_ref().map_or(&[][..], |id| id.as_bytes());
        match &self.confirm {
            Some(confirm) => {
                let ended = confirm.run(&DELETE_USER, key, keep).await;
                ended.map_err(|error| self.failure(error))?
            }
            None => {
                let ended = self.connection.run(&DELETE_USER, key, &[keep]).await;
                ended.map_err(|error| self.failure(error))
            }
        }
    }

    /// The logins in a user's hash.
    async fn logins(&self, realm: &Arc<str>, key: &Key) -> Result<Vec<Login>, StoreError> {
        let all = self.connection.at(key, cmd("HGETALL").arg(key)).await;
        let fields: Vec<(Vec<u8>, Vec<u8>)> = all.map_err(|error| self.failure(error))?;
        let logins = fields.iter().map(|(id, value)| {
            let id = LoginId::from_bytes(id.as_slice().try_into().ok()?);
            value::login(realm, id, value)
        });
        let logins: Option<_> = logins.collect();
        logins.ok_or_else(|| advice::unreadable(&self.name, key))
    }
}

impl LoginStore for RedisStore {
    fn records_expire(&self) -> bool {
        true
    }

    fn carry(&self, login: &Login) -> Vec<u8> {
        Key::of(&login.realm, &login.user_id).carried().into()
    }

    async fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Result<(), StoreError> {
        let key = Key::of(&login.realm, &login.user_id);
        let value = value::of(&login, Nonce::new()?);
        let (lifetime, cap) = (value::lifetime(&login), cap.get().to_string());
        let over = value::surely_over(&login);
        let id = &login.id.as_bytes()[..];
        let args = [id, &value, lifetime.as_bytes(), cap.as_bytes(), &over];
        let made = self.connection.run(&CREATE, &key, &args);
        match made.await.map_err(|error| self.failure(error))? {
            true => Ok(()),
            false => Err(StoreError::unavailable("the user has a login with this id")),
        }
    }

    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        let Some(key) = Key::carried_by(ticket) else {
            return Ok(None);
        };
        let id = &ticket.id.as_bytes()[..];
        let mut get = cmd("HGET");
        get.arg(&key).arg(id);
        let value: Option<Vec<u8>> = self
            .connection
            .at(&key, &get)
            .await
            .map_err(|error| self.failure(error))?;
        let Some(value) = value else {
            return Ok(None);
        };
        match value::login(ticket.realm, ticket.id, &value) {
            Some(login) => Ok(Some(Arc::new(login))),
            None => Err(advice::unreadable(&self.name, &key)),
        }
    }

    async fn update(&self, login: Arc<Login>) -> Result<Update, StoreError> {
        let key = Key::of(&login.realm, &login.user_id);
        let value = value::of(&login, Nonce::new()?);
        let before = login.version.checked_sub(1).map(u64::to_be_bytes);
        let before = before.as_ref().map_or(&[][..], |version| version);
        let lifetime = value::lifetime(&login);
        let id = &login.id.as_bytes()[..];
        let args = [id, &value, lifetime.as_bytes(), before];
        let update = self.connection.run(&UPDATE, &key, &args);
        let answer: Option<bool> = update.await.map_err(|error| self.failure(error))?;
        Ok(match answer {
            Some(true) => Update::Updated,
            Some(false) => Update::Changed,
            None => Update::Gone,
        })
    }

    async fn delete(&self, ticket: Ticket<'_>) -> Result<bool, StoreError> {
        let Some(key) = Key::carried_by(ticket) else {
            return Ok(false);
        };
        let mut delete = cmd("HDEL");
        delete.arg(&key).arg(&ticket.id.as_bytes()[..]);
        match &self.confirm {
            Some(confirm) => {
                let ended = confirm.command(&key, delete).await;
                ended.map_err(|error| self.failure(error))?
            }
            None => {
                let ended = self.connection.at(&key, &delete).await;
                ended.map_err(|error| self.failure(error))
            }
        }
    }

    async fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> Result<u64, StoreError> {
        if !is_user_id(user_id) {
            return Ok(0);
        }
        self.end(&Key::of(realm, user_id), keep).await
    }

    async fn delete_realm(&self, realm: &str) -> Result<u64, StoreError> {
        scan::delete_realm(self, realm).await
    }

    async fn list_user(&self, realm: &str, user_id: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        if !is_user_id(user_id) {
            return Ok(Vec::new());
        }
        let mut logins = self.logins(&realm.into(), &Key::of(realm, user_id)).await?;
        logins.sort_by_key(|login| Reverse((login.last_seen_at, login.created_at, login.id)));
        Ok(logins.into_iter().map(Arc::new).collect())
    }

    async fn list_realm(
        &self,
        realm: &str,
        cursor: Option<&Cursor>,
        limit: NonZeroUsize,
    ) -> Result<Page<Arc<Login>>, StoreError> {
        scan::list_realm(self, realm, cursor, limit).await
    }

    async fn purge_expired(
        &self,
        _realm: &str,
        _before: Timestamp,
        _limit: usize,
    ) -> Result<u64, StoreError> {
        Ok(0)
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisStore")
            .field("server", &self.name)
            .field("confirm", &self.confirm)
            .finish_non_exhaustive()
    }
}
