//! A store that counts how often it is asked.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use login_runtime::store::{Login, LoginId, LoginStore, MemoryStore, StoreError, Ticket, Update};

#[derive(Clone, Default)]
pub(crate) struct CountedStore {
    store: MemoryStore,
    calls: Arc<AtomicUsize>,
}

impl CountedStore {
    /// How often the store was asked for anything.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// How many logins it keeps.
    pub(crate) fn len(&self) -> usize {
        self.store.len()
    }

    fn counted(&self) -> &MemoryStore {
        self.calls.fetch_add(1, Ordering::SeqCst);
        &self.store
    }
}

impl LoginStore for CountedStore {
    async fn create(&self, login: Login, cap: NonZeroUsize) -> Result<(), StoreError> {
        self.counted().create(login, cap).await
    }

    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        self.counted().load(ticket).await
    }

    async fn update(&self, login: Login) -> Result<Update, StoreError> {
        self.counted().update(login).await
    }

    async fn delete(&self, realm: &str, id: LoginId) -> Result<bool, StoreError> {
        self.counted().delete(realm, id).await
    }

    async fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> Result<u64, StoreError> {
        self.counted().delete_user(realm, user_id, keep).await
    }

    async fn list_user(&self, realm: &str, user_id: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        self.counted().list_user(realm, user_id).await
    }

    async fn purge_expired(
        &self,
        realm: &str,
        before: i64,
        limit: usize,
    ) -> Result<u64, StoreError> {
        self.counted().purge_expired(realm, before, limit).await
    }
}
