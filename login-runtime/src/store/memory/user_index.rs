//! The records of users, each user's together, in the order in which they were seen.

use std::{borrow::Borrow, cmp::Ordering, collections::BTreeSet, ops::Bound, sync::Arc};

use crate::login::{Login, LoginId};

/// Records filed by their users, the least recently seen of each first.
#[derive(Default)]
pub(super) struct UserIndex(BTreeSet<ByOwner>);

impl UserIndex {
    pub(super) fn insert(&mut self, login: Arc<Login>) {
        self.0.insert(ByOwner(login));
    }

    /// Takes a record out: as it stands here, because what it is filed by changes.
    pub(super) fn remove(&mut self, login: &Login) {
        self.0
            .remove(&(&*login.realm, &*login.user_id, seen(login)) as &dyn Owner);
    }

    /// Every record of one user, the least recently seen first.
    pub(super) fn logins_of(
        &self,
        realm: &str,
        user_id: &str,
    ) -> impl DoubleEndedIterator<Item = &Arc<Login>> + use<'_> {
        let first = (i64::MIN, i64::MIN, LoginId::from_bytes([0; 16]));
        let last = (i64::MAX, i64::MAX, LoginId::from_bytes([0xff; 16]));
        let (first, last) = ((realm, user_id, first), (realm, user_id, last));
        let bounds: (Bound<&dyn Owner>, Bound<&dyn Owner>) =
            (Bound::Included(&first), Bound::Included(&last));
        self.0.range::<dyn Owner, _>(bounds).map(|login| &login.0)
    }
}

/// What the logins of one user stand together by, the least recently seen first.
trait Owner {
    fn owner(&self) -> (&str, &str, Seen);
}

/// When a login was last seen and made, and its id, to tell two of one second apart.
type Seen = (i64, i64, LoginId);

fn seen(login: &Login) -> Seen {
    (login.last_seen_at, login.created_at, login.id)
}

/// A record, filed by its user.
struct ByOwner(Arc<Login>);

impl Owner for ByOwner {
    fn owner(&self) -> (&str, &str, Seen) {
        (&self.0.realm, &self.0.user_id, seen(&self.0))
    }
}

impl Owner for (&str, &str, Seen) {
    fn owner(&self) -> (&str, &str, Seen) {
        *self
    }
}

impl PartialEq for dyn Owner + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.owner() == other.owner()
    }
}

impl Eq for dyn Owner + '_ {}

impl PartialOrd for dyn Owner + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for dyn Owner + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        self.owner().cmp(&other.owner())
    }
}

impl<'a> Borrow<dyn Owner + 'a> for ByOwner {
    fn borrow(&self) -> &(dyn Owner + 'a) {
        self
    }
}

impl PartialEq for ByOwner {
    fn eq(&self, other: &Self) -> bool {
        self.owner() == other.owner()
    }
}

impl Eq for ByOwner {}

impl PartialOrd for ByOwner {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByOwner {
    fn cmp(&self, other: &Self) -> Ordering {
        self.owner().cmp(&other.owner())
    }
}
