//! The store of a site: in memory, or on the server that the suite was sent to.

use std::{
    num::NonZeroUsize,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
};

use login_runtime::{
    Timestamp,
    store::{
        Cursor, Login, LoginId, LoginStore, MemoryStore, MySqlStore, Page, PostgresStore,
        RedisStore, StoreError, Ticket, Update,
    },
};
use login_tests::engine_address;
use sqlx::{AssertSqlSafe, Connection, MySqlConnection, PgConnection};
use tokio::runtime::Runtime;

use crate::site::store_realm;

/// A store of a kind that is known when the suite starts; clones are the same one.
#[derive(Clone, Debug)]
pub(crate) struct TestStore {
    kind: Kind,
    /// Given back with the last clone.
    _place: Option<Arc<Place>>,
}

#[derive(Clone, Debug)]
enum Kind {
    Memory(MemoryStore),
    Postgres(PostgresStore),
    MySql(MySqlStore),
    Redis(RedisStore),
}

/// The number of a database or schema on the server. Making its tables takes longer than most tests do, so
/// those of tests that are over are taken again.
#[derive(Debug)]
struct Place(u32);

static FREE: Mutex<Vec<u32>> = Mutex::new(Vec::new());

impl Place {
    /// One, and whether it has been somebody's.
    fn take() -> (Self, bool) {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let free = FREE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let number = free.unwrap_or_else(|| NEXT.fetch_add(1, Ordering::Relaxed));
        (Self(number), free.is_some())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        FREE.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(self.0);
    }
}

/// Where connections are made that outlive the runtime of a test.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build();
    runtime.expect("threads and sockets")
});

impl TestStore {
    /// A new one, in which there is nothing.
    pub(crate) fn new() -> Self {
        let Some(address) = engine_address() else {
            return MemoryStore::new().into();
        };
        // Sites are made where nothing can be awaited.
        let (say, hear) = mpsc::channel();
        RUNTIME.spawn(async move {
            // The test may be over already.
            let _ = say.send(Self::on(&address).await);
        });
        hear.recv().expect("the server makes room for a new store")
    }

    /// In a place of its own on the server.
    async fn on(address: &str) -> Self {
        let (place, used) = Place::take();
        let name = format!("site{}", place.0);
        let kind = match address.split_once("://").expect("an address").0 {
            "postgres" => {
                let prepare = match used {
                    true => format!("DELETE FROM {name}.login_runtime_logins"),
                    false => format!("CREATE SCHEMA {name}"),
                };
                let mut connection = PgConnection::connect(address).await.expect("it runs");
                let prepared = sqlx::query(AssertSqlSafe(prepare)).execute(&mut connection);
                prepared.await.expect("an empty schema");
                let address = format!("{address}?options[search_path]={name}");
                Kind::Postgres(PostgresStore::connect(&address).await.expect("it runs"))
            }
            "mysql" => {
                let prepare = match used {
                    true => format!("DELETE FROM {name}.login_runtime_logins"),
                    false => format!("CREATE DATABASE {name}"),
                };
                let mut connection = MySqlConnection::connect(address).await.expect("it runs");
                let prepared = sqlx::query(AssertSqlSafe(prepare)).execute(&mut connection);
                prepared.await.expect("an empty database");
                let (server, _) = address.rsplit_once('/').expect("a database at its end");
                let address = format!("{server}/{name}");
                Kind::MySql(MySqlStore::connect(&address).await.expect("it runs"))
            }
            _ => {
                let address = format!("{address}/{}", place.0);
                let client = redis::Client::open(&*address).expect("an address");
                let mut connection = client
                    .get_multiplexed_async_connection()
                    .await
                    .expect("it runs");
                let flushed = redis::cmd("FLUSHDB").query_async(&mut connection).await;
                let () = flushed.expect("an empty database");
                Kind::Redis(RedisStore::connect(&address).await.expect("it runs"))
            }
        };
        Self {
            kind,
            _place: Some(Arc::new(place)),
        }
    }

    /// How many logins there are of the site's users.
    pub(crate) async fn len(&self) -> usize {
        self.len_of(&store_realm()).await
    }

    /// How many logins there are in a realm.
    pub(crate) async fn len_of(&self, realm: &str) -> usize {
        let many = NonZeroUsize::new(1_000).expect("it is not 0");
        let page = self.list_realm(realm, None, many).await;
        let page = page.expect("the store answers");
        assert!(page.next.is_none(), "a thousand are more than any test has");
        page.items.len()
    }

    pub(crate) async fn is_empty(&self) -> bool {
        self.len().await == 0
    }
}

impl From<MemoryStore> for TestStore {
    fn from(store: MemoryStore) -> Self {
        Self {
            kind: Kind::Memory(store),
            _place: None,
        }
    }
}

macro_rules! whichever {
    ($self:ident, $store:ident => $answer:expr) => {
        match &$self.kind {
            Kind::Memory($store) => $answer,
            Kind::Postgres($store) => $answer,
            Kind::MySql($store) => $answer,
            Kind::Redis($store) => $answer,
        }
    };
}

impl LoginStore for TestStore {
    fn records_expire(&self) -> bool {
        whichever!(self, store => store.records_expire())
    }
    fn carry(&self, login: &Login) -> Vec<u8> {
        whichever!(self, store => store.carry(login))
    }
    async fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Result<(), StoreError> {
        whichever!(self, store => store.create(login, cap).await)
    }
    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        whichever!(self, store => store.load(ticket).await)
    }
    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        whichever!(self, store => store.load_now(ticket))
    }
    async fn update(&self, login: Arc<Login>) -> Result<Update, StoreError> {
        whichever!(self, store => store.update(login).await)
    }
    async fn delete(&self, ticket: Ticket<'_>) -> Result<bool, StoreError> {
        whichever!(self, store => store.delete(ticket).await)
    }
    async fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> Result<u64, StoreError> {
        whichever!(self, store => store.delete_user(realm, user_id, keep).await)
    }
    async fn delete_realm(&self, realm: &str) -> Result<u64, StoreError> {
        whichever!(self, store => store.delete_realm(realm).await)
    }
    async fn list_user(&self, realm: &str, user_id: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        whichever!(self, store => store.list_user(realm, user_id).await)
    }
    async fn list_realm(
        &self,
        realm: &str,
        cursor: Option<&Cursor>,
        limit: NonZeroUsize,
    ) -> Result<Page<Arc<Login>>, StoreError> {
        whichever!(self, store => store.list_realm(realm, cursor, limit).await)
    }
    async fn purge_expired(
        &self,
        realm: &str,
        before: Timestamp,
        limit: usize,
    ) -> Result<u64, StoreError> {
        whichever!(self, store => store.purge_expired(realm, before, limit).await)
    }
}
