//! All records, divided so that requests rarely wait for each other.

use std::{
    hash::{BuildHasher, RandomState},
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::{by_name::scatter, shard::Shard, user_index::UserIndex};
use crate::{
    login::{Login, LoginId},
    store::{Cursor, Page, StoreError, Ticket, Update},
};

/// Into how many parts the records and the users are divided; a power of two.
const PARTS: usize = 1024;

/// How many records a purge or a page may look at for each one that it is asked for.
const LOOKS: usize = 16;

/// How many records they may look at in any case.
const LEAST_LOOKS: usize = 1024;

/// Every record is in a shard, where its id leads, and in a user index, with the others of its user.
///
/// A user index's lock is always taken before a shard's, and a shard's is the last: whoever writes
/// holds the user index and, for the moment of the change, one shard. `find` takes a shard's
/// lock and nothing else.
pub(super) struct Shards {
    by_id: Box<[Shard]>,
    by_user: Box<[Mutex<UserIndex>]>,
    hash_users: RandomState,
    /// The shard at which the next purge begins.
    next: AtomicUsize,
}

impl Shards {
    pub(super) fn new() -> Self {
        Self {
            by_id: (0..PARTS).map(|_| Shard::new()).collect(),
            by_user: (0..PARTS).map(|_| Mutex::default()).collect(),
            hash_users: RandomState::new(),
            next: AtomicUsize::new(0),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.iter().map(|shard| shard.read().len()).sum()
    }

    fn shard(&self, id: LoginId) -> &Shard {
        &self.by_id[shard_of(id)]
    }

    fn users(&self, realm: &str, user_id: &str) -> MutexGuard<'_, UserIndex> {
        let users = &self.by_user[part(self.hash_users.hash_one((realm, user_id)))];
        users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn find(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        let logins = self.shard(ticket.id).read();
        logins.get(ticket.realm, ticket.id).cloned()
    }

    pub(super) fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Result<(), StoreError> {
        let mut users = self.users(&login.realm, &login.user_id);
        {
            let shard = self.shard(login.id);
            let mut logins = shard.write();
            if logins.get(&login.realm, login.id).is_some() {
                return Err(StoreError::unavailable(
                    "a login with this id exists already",
                ));
            }
            shard.put(&mut logins, Arc::clone(&login));
        }
        // The new one is never among those that end, however old its clock makes it look.
        let others = users.logins_of(&login.realm, &login.user_id);
        let too_many = (others.count() + 1).saturating_sub(cap.get());
        let others = users.logins_of(&login.realm, &login.user_id);
        let ended: Vec<_> = others.take(too_many).cloned().collect();
        for least_recent in &ended {
            self.remove(&mut users, least_recent);
        }
        users.insert(login);
        Ok(())
    }

    pub(super) fn update(&self, login: Arc<Login>) -> Update {
        let mut users = self.users(&login.realm, &login.user_id);
        let shard = self.shard(login.id);
        let mut logins = shard.write();
        match logins.get(&login.realm, login.id) {
            Some(kept) if kept.user_id != login.user_id => return Update::Gone,
            Some(kept) if kept.version.checked_add(1) != Some(login.version) => {
                return Update::Changed;
            }
            Some(kept) => users.remove(kept),
            None => return Update::Gone,
        }
        shard.put(&mut logins, Arc::clone(&login));
        drop(logins);
        users.insert(login);
        Update::Updated
    }

    pub(super) fn delete(&self, ticket: Ticket<'_>) -> bool {
        // Only the record knows whose it is. The user index's lock comes first, so the shard's is
        // let go again; the user of a record never changes.
        self.find(ticket)
            .is_some_and(|login| self.take(&login, |_| true))
    }

    pub(super) fn delete_user(&self, realm: &str, user_id: &str, keep: Option<LoginId>) -> u64 {
        let mut users = self.users(realm, user_id);
        let mut logins: Vec<_> = users.logins_of(realm, user_id).cloned().collect();
        logins.retain(|login| Some(login.id) != keep);
        for login in &logins {
            self.remove(&mut users, login);
        }
        logins.len() as u64
    }

    pub(super) fn delete_realm(&self, realm: &str) -> u64 {
        let mut ended = 0;
        for shard in &self.by_id {
            let logins: Vec<_> = shard.read().of_realm(realm).cloned().collect();
            ended += logins
                .iter()
                .filter(|login| self.take(login, |_| true))
                .count();
        }
        ended as u64
    }

    pub(super) fn list_user(&self, realm: &str, user_id: &str) -> Vec<Arc<Login>> {
        let users = self.users(realm, user_id);
        users.logins_of(realm, user_id).rev().cloned().collect()
    }

    /// The logins of one shard after another, those of each by id: records that stay do not move.
    pub(super) fn list_realm(
        &self,
        realm: &str,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Arc<Login>>, StoreError> {
        let (first, mut after) = match cursor {
            Some(cursor) => parse(cursor).ok_or(StoreError::UnknownCursor)?,
            None => (0, None),
        };
        let mut looks = limit.saturating_mul(LOOKS).max(LEAST_LOOKS);
        let mut page = Vec::new();
        for (at, shard) in self.by_id.iter().enumerate().skip(first) {
            if page.len() == limit || looks == 0 {
                return Ok(Page::new(page, Some(cursor_at(at, None))));
            }
            let logins = shard.read();
            looks = looks.saturating_sub(logins.len());
            let rest = logins.of_realm(realm);
            let mut rest: Vec<_> = rest.filter(|login| Some(login.id) > after).collect();
            rest.sort_unstable_by_key(|login| login.id);
            let room = limit - page.len();
            page.extend(rest.iter().take(room).map(|login| Arc::clone(login)));
            if rest.len() > room {
                let last = rest[room - 1].id;
                return Ok(Page::new(page, Some(cursor_at(at, Some(last)))));
            }
            after = None;
        }
        Ok(Page::new(page, None))
    }

    pub(super) fn purge(&self, realm: &str, before: i64, limit: usize) -> u64 {
        let start = self.next.load(Ordering::Relaxed);
        let mut looks = limit.saturating_mul(LOOKS).max(LEAST_LOOKS);
        let mut purged = 0;
        for at in (start..start + PARTS).map(|at| at % PARTS) {
            let shard = &self.by_id[at];
            if !shard.may_have_expired(before) {
                continue;
            }
            if looks == 0 || purged == limit {
                self.next.store(at, Ordering::Relaxed);
                break;
            }
            let found = shard.expired(realm, before, limit - purged);
            // It was found without the user's lock, so it may have been written since.
            let expired = |login: &Login| login.expires_at <= before;
            let taken = found
                .logins
                .iter()
                .filter(|login| self.take(login, expired));
            purged += taken.count();
            looks = looks.saturating_sub(found.examined);
            if !found.complete {
                self.next.store(at, Ordering::Relaxed);
                break;
            }
        }
        purged as u64
    }

    /// Takes a record out, as it stands now, if it is still there and `goes`; says whether it was.
    fn take(&self, login: &Login, goes: impl Fn(&Login) -> bool) -> bool {
        let mut users = self.users(&login.realm, &login.user_id);
        let mut logins = self.shard(login.id).write();
        if !logins
            .get(&login.realm, login.id)
            .is_some_and(|login| goes(login))
        {
            return false;
        }
        if let Some(login) = logins.remove(&login.realm, login.id) {
            users.remove(&login);
        }
        true
    }

    /// Takes a record of a user out whose index is held.
    fn remove(&self, users: &mut UserIndex, login: &Login) {
        self.shard(login.id).write().remove(&login.realm, login.id);
        users.remove(login);
    }
}

fn shard_of(id: LoginId) -> usize {
    // The hash table uses the lowest and the highest bits.
    part(scatter(&id) >> 32)
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "only the lower bits are wanted"
)]
fn part(hash: u64) -> usize {
    hash as usize % PARTS
}

/// The cursor at a shard, after the record with this id if any of it is on a page already.
#[expect(
    clippy::cast_possible_truncation,
    reason = "there are not so many shards"
)]
fn cursor_at(shard: usize, after: Option<LoginId>) -> Cursor {
    let shard = (shard as u16).to_be_bytes();
    match after {
        Some(id) => Cursor::from_bytes([&shard[..], id.as_bytes()].concat()),
        None => Cursor::from_bytes(shard),
    }
}

fn parse(cursor: &Cursor) -> Option<(usize, Option<LoginId>)> {
    let (shard, after) = cursor.as_bytes().split_first_chunk()?;
    let shard = usize::from(u16::from_be_bytes(*shard));
    let after = match after {
        [] => None,
        after => Some(LoginId::from_bytes(after.try_into().ok()?)),
    };
    (shard < PARTS).then_some((shard, after))
}
