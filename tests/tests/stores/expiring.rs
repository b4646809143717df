//! A store whose records go by themselves.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use login_runtime::{
    Clock, LoginManager, SecretKey, SystemClock, Timestamp, UserMixin,
    store::{
        Cursor, Login, LoginId, LoginStore, MemoryStore, Page, StoreError, Ticket, Update, contract,
    },
    user_loader,
};

/// Finds nothing that has expired, as a store does that gives each record its time to live.
#[derive(Clone, Default)]
struct Expiring {
    store: MemoryStore,
    purges: Arc<AtomicUsize>,
}

fn lives(login: &Arc<Login>) -> bool {
    SystemClock.now() < login.expires_at()
}

impl LoginStore for Expiring {
    fn records_expire(&self) -> bool {
        true
    }

    async fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Result<(), StoreError> {
        self.store.create(login, cap).await
    }

    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        Ok(self.store.load(ticket).await?.filter(lives))
    }

    async fn update(&self, login: Arc<Login>) -> Result<Update, StoreError> {
        self.store.update(login).await
    }

    async fn delete(&self, ticket: Ticket<'_>) -> Result<bool, StoreError> {
        self.store.delete(ticket).await
    }

    async fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> Result<u64, StoreError> {
        self.store.delete_user(realm, user_id, keep).await
    }

    async fn delete_realm(&self, realm: &str) -> Result<u64, StoreError> {
        self.store.delete_realm(realm).await
    }

    async fn list_user(&self, realm: &str, user_id: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        let mut logins = self.store.list_user(realm, user_id).await?;
        logins.retain(lives);
        Ok(logins)
    }

    async fn list_realm(
        &self,
        realm: &str,
        cursor: Option<&Cursor>,
        limit: NonZeroUsize,
    ) -> Result<Page<Arc<Login>>, StoreError> {
        let mut page = self.store.list_realm(realm, cursor, limit).await?;
        page.items.retain(lives);
        Ok(page)
    }

    async fn purge_expired(&self, _: &str, _: Timestamp, _: usize) -> Result<u64, StoreError> {
        self.purges.fetch_add(1, Ordering::Relaxed);
        Ok(0)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_whose_records_expire_keeps_the_contract() {
    contract::run(async || Expiring::default()).await;
}

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[user_loader]
async fn load_user(id: u32) -> Result<Option<User>, std::convert::Infallible> {
    Ok(Some(User { id }))
}

async fn log_in(session: login_runtime::LoginSession<User>) -> String {
    let user = User { id: 1 };
    format!("{:?}", session.login_user(&user).await)
}

#[tokio::test]
async fn a_store_whose_records_expire_is_not_asked_to_forget_them() {
    let store = Expiring::default();
    let manager = LoginManager::builder(load_user, store.clone())
        .secret_key(SecretKey::generate().unwrap())
        .build()
        .unwrap();
    let app = axum::Router::new()
        .route("/login", axum::routing::post(log_in))
        .layer(manager.layer());
    let mut client = login_runtime::testing::TestClient::new(app);
    assert_eq!(client.post("/login", &[]).await.text(), "Ok(true)");
    assert_eq!(manager.purge_expired(100).await.unwrap(), 0);
    assert_eq!(store.purges.load(Ordering::Relaxed), 0);
    assert_eq!(store.store.len(), 1);
}
