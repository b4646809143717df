//! A store with one fault.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex},
};

use login_runtime::store::{Login, LoginId, LoginStore, MemoryStore, StoreError, Ticket, Update};
use tokio::task::yield_now;

/// What a [`FaultyStore`] does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    LosesAField,
    ShortensUserIds,
    IgnoresTheRealm,
    IgnoresTheVersion,
    ComparesAndSetsInTwoSteps,
    UpdateCreates,
    DeleteComesLate,
    DeleteFindsEverything,
    CapIsOffByOne,
    CapEndsTheNewest,
    CapInTwoSteps,
    KeepsNobody,
    ListIsUnordered,
    PurgeIgnoresTheLimit,
    PurgeIsEarly,
    PurgeIsLate,
    PurgeForgetsToLookAgain,
    HasOldLoginsAtHand,
    Fails,
}

/// A memory store with a fault.
pub(crate) struct FaultyStore {
    store: MemoryStore,
    fault: Fault,
    /// The login that was deleted last, which `Fault::DeleteComesLate` still shows.
    deleted: Mutex<Option<Arc<Login>>>,
    /// The login that was made last, which `Fault::HasOldLoginsAtHand` shows for ever.
    made: Mutex<Option<Arc<Login>>>,
}

impl FaultyStore {
    pub(crate) fn new(fault: Fault) -> Self {
        Self {
            store: MemoryStore::new(),
            fault,
            deleted: Mutex::default(),
            made: Mutex::default(),
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    async fn get(&self, realm: &str, id: LoginId) -> Result<Option<Arc<Login>>, StoreError> {
        self.store
            .load(Ticket {
                realm: &realm.into(),
                id,
                carried: &[],
            })
            .await
    }
}

impl LoginStore for FaultyStore {
    async fn create(&self, mut login: Login, cap: NonZeroUsize) -> Result<(), StoreError> {
        match self.fault {
            Fault::LosesAField => login.fresh_since = None,
            Fault::ShortensUserIds => {
                login.user_id = login.user_id.chars().take(255).collect::<String>().into();
            }
            Fault::CapIsOffByOne => {
                return self.store.create(login, cap.saturating_add(1)).await;
            }
            Fault::CapEndsTheNewest => {
                let (realm, user_id) = (login.realm.clone(), login.user_id.clone());
                self.store.create(login, NonZeroUsize::MAX).await?;
                for login in self
                    .store
                    .list_user(&realm, &user_id)
                    .await?
                    .iter()
                    .skip(cap.get())
                {
                    self.store.delete(&realm, login.id).await?;
                }
                return Ok(());
            }
            Fault::CapInTwoSteps => {
                let others = self.store.list_user(&login.realm, &login.user_id).await?;
                yield_now().await;
                for other in others.iter().skip(cap.get() - 1) {
                    self.store.delete(&login.realm, other.id).await?;
                }
                return self.store.create(login, NonZeroUsize::MAX).await;
            }
            Fault::HasOldLoginsAtHand => {
                *self.made.lock().unwrap() = Some(Arc::new(login.clone()));
            }
            Fault::Fails => return Err(StoreError::unavailable("out of order")),
            _ => {}
        }
        self.store.create(login, cap).await
    }

    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        if self.has(Fault::DeleteComesLate) {
            let mut deleted = self.deleted.lock().unwrap();
            if let Some(late) = deleted.take_if(|late| late.id == ticket.id) {
                return Ok(Some(late));
            }
        }
        if self.has(Fault::IgnoresTheRealm) {
            let realm = ticket.realm.to_lowercase();
            return self
                .store
                .load(Ticket {
                    realm: &realm.trim().into(),
                    ..ticket
                })
                .await;
        }
        self.store.load(ticket).await
    }

    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        let made = self.made.lock().unwrap();
        made.clone().filter(|made| made.id == ticket.id)
    }

    async fn update(&self, login: Login) -> Result<Update, StoreError> {
        let kept = self.get(&login.realm, login.id).await?;
        match (self.fault, kept) {
            (Fault::UpdateCreates, None) => {
                self.store.create(login, NonZeroUsize::MAX).await?;
                Ok(Update::Updated)
            }
            (Fault::IgnoresTheVersion, Some(kept)) => {
                self.store.delete(&kept.realm, kept.id).await?;
                self.store.create(login, NonZeroUsize::MAX).await?;
                Ok(Update::Updated)
            }
            (Fault::ComparesAndSetsInTwoSteps, Some(kept)) => {
                if kept.user_id != login.user_id {
                    return Ok(Update::Gone);
                }
                if kept.version.wrapping_add(1) != login.version {
                    return Ok(Update::Changed);
                }
                yield_now().await;
                self.store.delete(&kept.realm, kept.id).await?;
                let _ = self.store.create(login, NonZeroUsize::MAX).await;
                Ok(Update::Updated)
            }
            _ => self.store.update(login).await,
        }
    }

    async fn delete(&self, realm: &str, id: LoginId) -> Result<bool, StoreError> {
        if self.has(Fault::DeleteComesLate) {
            let kept = self.get(realm, id).await?;
            *self.deleted.lock().unwrap() = kept;
        }
        Ok(self.store.delete(realm, id).await? || self.has(Fault::DeleteFindsEverything))
    }

    async fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> Result<u64, StoreError> {
        let keep = keep.filter(|_| !self.has(Fault::KeepsNobody));
        self.store.delete_user(realm, user_id, keep).await
    }

    async fn list_user(&self, realm: &str, user_id: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        let mut logins = self.store.list_user(realm, user_id).await?;
        if self.has(Fault::ListIsUnordered) {
            logins.sort_by_key(|login| login.id);
        }
        Ok(logins)
    }

    async fn purge_expired(
        &self,
        realm: &str,
        before: i64,
        limit: usize,
    ) -> Result<u64, StoreError> {
        match self.fault {
            Fault::PurgeIgnoresTheLimit => {
                self.store.purge_expired(realm, before, usize::MAX).await
            }
            Fault::PurgeIsEarly => {
                self.store
                    .purge_expired(realm, before.saturating_add(1), limit)
                    .await
            }
            Fault::PurgeIsLate => {
                self.store
                    .purge_expired(realm, before.saturating_sub(1), limit)
                    .await
            }
            Fault::PurgeForgetsToLookAgain => {
                let mut expired = self.store.list_user(realm, "ada").await?;
                expired.retain(|login| login.expires_at <= before);
                expired.truncate(limit);
                yield_now().await;
                for login in &expired {
                    self.store.delete(realm, login.id).await?;
                }
                Ok(expired.len() as u64)
            }
            _ => self.store.purge_expired(realm, before, limit).await,
        }
    }
}
