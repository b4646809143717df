//! Logins in the memory of this process.

mod key;
mod rack;

use std::{
    collections::BTreeSet,
    fmt,
    hash::{BuildHasher, RandomState},
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use self::{
    key::{ByOwner, Owner, logins_of, scatter, seen},
    rack::Rack,
};
use super::{LoginStore, StoreError, Ticket, Update};
use crate::login::{Login, LoginId};

/// Into how many parts each index is divided; a power of two.
const PARTS: usize = 1024;

/// How many records a purge may look at for each one that it may forget.
const LOOKS: usize = 16;

/// How many records a purge may look at in any case.
const LEAST_LOOKS: usize = 1024;

/// Keeps logins in the memory of this process: the fastest store, for one process and for tests.
///
/// Everybody is logged out when the process ends, and two processes do not see each other's
/// logins. Everything else holds: a logout is final, and logins can be listed and ended from
/// elsewhere. A clone is another handle on the same logins.
///
/// Expired records are forgotten by [`purge_expired`](LoginStore::purge_expired). It begins where
/// the call before ended and looks at about 16 records for each one that it may forget (and at
/// about 1,000 in any case), so in a large store it may leave expired records for its next call
/// although it found fewer than its limit. No `load` waits for it.
///
/// A login with a user agent of 110 bytes takes about 410 bytes, and 110 more where it is remembered.
///
/// ```
/// use login_runtime::store::MemoryStore;
///
/// let store = MemoryStore::new();
/// assert!(store.is_empty());
/// ```
#[derive(Clone)]
pub struct MemoryStore {
    cabinet: Arc<Cabinet>,
}

/// Every record stands on a rack, where its id leads, and in a drawer, with the others of its
/// user.
///
/// A drawer's lock is always taken before a rack's, and a rack's is the last: whoever writes
/// holds the drawer of the user and, for the moment of the change, one rack. `load` takes a
/// rack's lock and nothing else.
struct Cabinet {
    racks: Box<[Rack]>,
    drawers: Box<[Mutex<Drawer>]>,
    users: RandomState,
    /// The rack at which the next purge begins.
    next: AtomicUsize,
}

type Drawer = BTreeSet<ByOwner>;

impl MemoryStore {
    /// A store without logins.
    pub fn new() -> Self {
        Self {
            cabinet: Arc::new(Cabinet {
                racks: (0..PARTS).map(|_| Rack::new()).collect(),
                drawers: (0..PARTS).map(|_| Mutex::default()).collect(),
                users: RandomState::new(),
                next: AtomicUsize::new(0),
            }),
        }
    }

    /// How many records are kept, those of every realm and those that have expired included.
    pub fn len(&self) -> usize {
        self.cabinet
            .racks
            .iter()
            .map(|rack| rack.read().len())
            .sum()
    }

    /// Whether no record is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

impl Cabinet {
    fn rack(&self, id: LoginId) -> &Rack {
        // The hash table uses the lowest and the highest bits.
        &self.racks[part(scatter(&id) >> 32)]
    }

    fn drawer(&self, realm: &str, user_id: &str) -> MutexGuard<'_, Drawer> {
        let drawer = &self.drawers[part(self.users.hash_one((realm, user_id)))];
        drawer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        let logins = self.rack(ticket.id).read();
        logins.get(ticket.realm, ticket.id).cloned()
    }

    /// Takes a record of the user whose drawer is held off its rack and out of the drawer.
    fn remove(&self, drawer: &mut Drawer, login: &Login) {
        self.rack(login.id).write().remove(&login.realm, login.id);
        take(drawer, login);
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only the lower bits are wanted"
)]
fn part(hash: u64) -> usize {
    hash as usize % PARTS
}

/// Takes a record out of the drawer: as it stands there, because what it is filed by changes.
fn take(drawer: &mut Drawer, login: &Login) {
    drawer.remove(&(&*login.realm, &*login.user_id, seen(login)) as &dyn Owner);
}

impl LoginStore for MemoryStore {
    async fn create(&self, login: Login, cap: NonZeroUsize) -> Result<(), StoreError> {
        let login = Arc::new(login);
        let mut drawer = self.cabinet.drawer(&login.realm, &login.user_id);
        {
            let rack = self.cabinet.rack(login.id);
            let mut logins = rack.write();
            if logins.get(&login.realm, login.id).is_some() {
                return Err(StoreError::unavailable(
                    "a login with this id exists already",
                ));
            }
            rack.put(&mut logins, Arc::clone(&login));
        }
        // The new one is never among those that end, however old its clock makes it look.
        let others = logins_of(&drawer, &login.realm, &login.user_id);
        let too_many = (others.count() + 1).saturating_sub(cap.get());
        let others = logins_of(&drawer, &login.realm, &login.user_id);
        let ended: Vec<_> = others.take(too_many).cloned().collect();
        for least_recent in &ended {
            self.cabinet.remove(&mut drawer, least_recent);
        }
        drawer.insert(ByOwner(login));
        Ok(())
    }

    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        Ok(self.cabinet.find(ticket))
    }

    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        self.cabinet.find(ticket)
    }

    async fn update(&self, login: Login) -> Result<Update, StoreError> {
        let login = Arc::new(login);
        let mut drawer = self.cabinet.drawer(&login.realm, &login.user_id);
        let rack = self.cabinet.rack(login.id);
        let mut logins = rack.write();
        match logins.get(&login.realm, login.id) {
            Some(kept) if kept.user_id != login.user_id => return Ok(Update::Gone),
            Some(kept) if kept.version.checked_add(1) != Some(login.version) => {
                return Ok(Update::Changed);
            }
            Some(kept) => take(&mut drawer, kept),
            None => return Ok(Update::Gone),
        }
        rack.put(&mut logins, Arc::clone(&login));
        drop(logins);
        drawer.insert(ByOwner(login));
        Ok(Update::Updated)
    }

    async fn delete(&self, realm: &str, id: LoginId) -> Result<bool, StoreError> {
        let rack = self.cabinet.rack(id);
        // Only the record knows whose drawer it is in. The drawer's lock comes first, so this one
        // is let go again; the user of a record never changes.
        let Some(login) = rack.read().get(realm, id).cloned() else {
            return Ok(false);
        };
        let mut drawer = self.cabinet.drawer(realm, &login.user_id);
        let Some(login) = rack.write().remove(realm, id) else {
            return Ok(false);
        };
        take(&mut drawer, &login);
        Ok(true)
    }

    async fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> Result<u64, StoreError> {
        let mut drawer = self.cabinet.drawer(realm, user_id);
        let mut logins: Vec<_> = logins_of(&drawer, realm, user_id).cloned().collect();
        logins.retain(|login| Some(login.id) != keep);
        for login in &logins {
            self.cabinet.remove(&mut drawer, login);
        }
        Ok(logins.len() as u64)
    }

    async fn list_user(&self, realm: &str, user_id: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        let drawer = self.cabinet.drawer(realm, user_id);
        Ok(logins_of(&drawer, realm, user_id).rev().cloned().collect())
    }

    async fn purge_expired(
        &self,
        realm: &str,
        before: i64,
        limit: usize,
    ) -> Result<u64, StoreError> {
        let start = self.cabinet.next.load(Ordering::Relaxed);
        let mut looks = limit.saturating_mul(LOOKS).max(LEAST_LOOKS);
        let mut purged = 0;
        for at in (start..start + PARTS).map(|at| at % PARTS) {
            let rack = &self.cabinet.racks[at];
            if !rack.may_have_expired(before) {
                continue;
            }
            if looks == 0 || purged == limit {
                self.cabinet.next.store(at, Ordering::Relaxed);
                break;
            }
            let found = rack.expired(realm, before, limit - purged);
            for login in &found.logins {
                let mut drawer = self.cabinet.drawer(realm, &login.user_id);
                let mut logins = rack.write();
                // It was found without the drawer's lock, so it may have been written since.
                let expired = |login: &Arc<Login>| login.expires_at <= before;
                if logins.get(realm, login.id).is_some_and(expired)
                    && let Some(login) = logins.remove(realm, login.id)
                {
                    take(&mut drawer, &login);
                    purged += 1;
                }
            }
            looks = looks.saturating_sub(found.examined);
            if !found.complete {
                self.cabinet.next.store(at, Ordering::Relaxed);
                break;
            }
        }
        Ok(purged as u64)
    }
}
