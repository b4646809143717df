//! One of the many parts into which the records are divided by id.

use std::{
    collections::HashSet,
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicI64, Ordering},
    },
};

use super::by_name::{BuildScattered, ByName, Name};
use crate::login::{Login, LoginId};

/// Records that share some bits of their ids.
///
/// There is no index by expiry. A shard remembers one time, before which none of its records
/// expires: writing a record can only lower it, in one step, and a look through the whole shard
/// raises it to what is true. So a record costs nothing here, moving its expiry costs nothing, and
/// a sweep passes by every shard that has nothing for it.
pub(super) struct Shard {
    earliest: AtomicI64,
    logins: RwLock<Logins>,
}

/// The records of a shard, while its lock is held.
pub(super) struct Logins(HashSet<ByName, BuildScattered>);

/// What a look through one shard has found.
pub(super) struct Expired {
    /// Records that had expired, at most as many as were asked for.
    pub(super) logins: Vec<Arc<Login>>,
    /// How many records were looked at.
    pub(super) examined: usize,
    /// Whether every record was.
    pub(super) complete: bool,
}

impl Shard {
    pub(super) fn new() -> Self {
        Self {
            earliest: AtomicI64::new(i64::MAX),
            logins: RwLock::new(Logins(HashSet::default())),
        }
    }

    // A panic while a lock is held cannot leave a table half changed: every change is one call.

    pub(super) fn read(&self) -> RwLockReadGuard<'_, Logins> {
        self.logins.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self) -> RwLockWriteGuard<'_, Logins> {
        self.logins.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a record in, in the place of the one with its name.
    pub(super) fn put(&self, logins: &mut Logins, login: Arc<Login>) {
        self.earliest.fetch_min(login.expires_at, Ordering::Relaxed);
        logins.0.replace(ByName(login));
    }

    /// Whether a record here may have expired by `before`.
    pub(super) fn may_have_expired(&self, before: i64) -> bool {
        self.earliest.load(Ordering::Relaxed) <= before
    }

    /// Looks for at most `limit` records of a realm that have expired, and takes none out.
    ///
    /// Readers are not held up by it.
    pub(super) fn expired(&self, realm: &str, before: i64, limit: usize) -> Expired {
        let logins = self.read();
        let mut expired = Vec::new();
        let mut earliest = i64::MAX;
        for (at, login) in logins.iter().enumerate() {
            if login.expires_at > before || *login.realm != *realm {
                earliest = earliest.min(login.expires_at);
            } else if expired.len() < limit {
                expired.push(Arc::clone(login));
            } else {
                return Expired {
                    logins: expired,
                    examined: at,
                    complete: false,
                };
            }
        }
        // No writer is in here with us, so no record has come in since it was counted.
        self.earliest.store(earliest, Ordering::Relaxed);
        Expired {
            logins: expired,
            examined: logins.0.len(),
            complete: true,
        }
    }
}

impl Logins {
    pub(super) fn get(&self, realm: &str, id: LoginId) -> Option<&Arc<Login>> {
        self.0.get(&(id, realm) as &dyn Name).map(|login| &login.0)
    }

    pub(super) fn remove(&mut self, realm: &str, id: LoginId) -> Option<Arc<Login>> {
        let login = self.0.take(&(id, realm) as &dyn Name)?;
        // After a flood of logins has gone, its room goes too.
        if self.0.capacity() > 64 && self.0.len() < self.0.capacity() / 8 {
            self.0.shrink_to(self.0.len() * 2);
        }
        Some(login.0)
    }

    fn iter(&self) -> impl Iterator<Item = &Arc<Login>> {
        self.0.iter().map(|login| &login.0)
    }

    pub(super) fn of_realm(&self, realm: &str) -> impl Iterator<Item = &Arc<Login>> {
        self.iter().filter(move |login| *login.realm == *realm)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
