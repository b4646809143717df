//! The stores that every promise is put to. A new store joins the list by one line.

use std::{
    future::Future,
    path::{Path, PathBuf},
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use login_runtime::{
    LoginManager, LoginManagerBuilder,
    store::{
        CookieStore, LoginStore, MemoryStore, MySqlStore, PostgresStore, RedisStore, SqliteStore,
    },
};
use login_tests::{
    Faults, FaultyStore,
    engines::{MariaDb, Postgres, Redis},
};

use crate::{
    chance::scale,
    users::{Staff, User, Users, load_staff, load_user},
};

type Opening = Pin<Box<dyn Future<Output = Option<Store>>>>;

/// How to open a new store of a kind; there is none where its server is not installed.
pub(crate) struct Kind {
    open: fn() -> Opening,
    server: bool,
}

macro_rules! store {
    ($name:literal, |$file:pat_param| $opened:expr) => {
        store!($name, |$file| $opened, server: false)
    };
    ($name:literal, |$file:pat_param| $opened:expr, server: $server:literal) => {
        Kind {
            server: $server,
            open: || {
                Box::pin(async {
                    let file = TempFile::new();
                    let $file = file.path();
                    let opened = $opened;
                    Some(Store::of($name, opened, file))
                })
            },
        }
    };
}

/// Every store. `file` is a path that nobody else uses and that is removed after the test.
#[rustfmt::skip]
pub(crate) const STORES: &[Kind] = &[
    store!("MemoryStore", |_| MemoryStore::new()),
    // Without a record at hand: the path of every store that has to be awaited.
    store!("MemoryStore, awaited", |_| FaultyStore::new(MemoryStore::new(), &awaited())),
    store!("SqliteStore", |file| SqliteStore::connect(file).await.expect("a new file")),
    store!("CookieStore", |_| CookieStore::new()),
    store!("PostgresStore", |_| PostgresStore::connect(&Postgres::shared()?.database().await).await.expect("a new database"), server: true),
    store!("MySqlStore", |_| MySqlStore::connect(&MariaDb::shared()?.database().await).await.expect("a new database"), server: true),
    store!("RedisStore", |_| RedisStore::connect(&emptied(Redis::shared()?)).await.expect("it runs"), server: true),
];

/// The address of a database of the server that no other test of this process uses.
fn emptied(server: &Redis) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{}/{}", server.url(), NEXT.fetch_add(1, Ordering::Relaxed))
}

impl Kind {
    pub(crate) async fn open(&self) -> Option<Store> {
        (self.open)().await
    }
}

/// Every call is pending once, so that no record is at hand.
fn awaited() -> Faults {
    let faults = Faults::default();
    faults.yields(true, false);
    faults
}

/// Opens one of each kind. At full size only what lives in this process is tried: a round trip a step
/// would take hours, and show nothing more of the code that all stores share.
pub(crate) async fn every_store() -> Vec<Store> {
    let mut stores = Vec::new();
    for kind in STORES.iter().filter(|it| scale() == 1 || !it.server) {
        stores.extend(kind.open().await);
    }
    stores
}

/// Opens one of each kind on which a login can be ended from elsewhere.
pub(crate) async fn revocable_stores() -> Vec<Store> {
    let mut stores = every_store().await;
    stores.retain(|store| store.revocable);
    stores
}

/// A store that managers of both types of user can be built on, any number of times.
pub(crate) struct Store {
    pub(crate) name: &'static str,
    pub(crate) revocable: bool,
    begin: Box<dyn Begin + Send + Sync>,
    file: TempFile,
}

impl Store {
    fn of<S: LoginStore + Clone>(name: &'static str, store: S, file: TempFile) -> Self {
        Self {
            name,
            revocable: store.revocable(),
            begin: Box::new(store),
            file,
        }
    }

    /// A manager on this very store, the fast path included.
    pub(crate) fn users(&self) -> LoginManagerBuilder<User, Users> {
        self.begin.users(None)
    }

    /// A manager on this store that counts its calls and lets them fail.
    pub(crate) fn faulty_users(&self, faults: &Faults) -> LoginManagerBuilder<User, Users> {
        self.begin.users(Some(faults))
    }

    /// A manager for another type of user, on the same store.
    pub(crate) fn staff(&self) -> LoginManagerBuilder<Staff> {
        self.begin.staff(None)
    }

    pub(crate) fn faulty_staff(&self, faults: &Faults) -> LoginManagerBuilder<Staff> {
        self.begin.staff(Some(faults))
    }

    /// How long the store may take, where a test waits for it to be over: a disk has its moments.
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_millis(match self.name {
            "MemoryStore" | "MemoryStore, awaited" | "CookieStore" => 15,
            "SqliteStore" => 300,
            _ => 600,
        })
    }

    /// The file that the store was offered; there is one only if the store made it.
    pub(crate) fn file(&self) -> &Path {
        self.file.path()
    }
}

/// A store without its type.
trait Begin {
    fn users(&self, faults: Option<&Faults>) -> LoginManagerBuilder<User, Users>;
    fn staff(&self, faults: Option<&Faults>) -> LoginManagerBuilder<Staff>;
}

impl<S: LoginStore + Clone> Begin for S {
    fn users(&self, faults: Option<&Faults>) -> LoginManagerBuilder<User, Users> {
        match faults {
            Some(faults) => {
                LoginManager::builder(load_user, FaultyStore::new(self.clone(), faults))
            }
            None => LoginManager::builder(load_user, self.clone()),
        }
    }

    fn staff(&self, faults: Option<&Faults>) -> LoginManagerBuilder<Staff> {
        match faults {
            Some(faults) => {
                LoginManager::builder(load_staff, FaultyStore::new(self.clone(), faults))
            }
            None => LoginManager::builder(load_staff, self.clone()),
        }
    }
}

/// A file that is gone after the test, with what SQLite puts beside it.
struct TempFile(PathBuf);

impl TempFile {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("login-hostile-{}-{number}.db", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        for end in ["", "-wal", "-shm"] {
            // What is left over is the system's to clean up.
            let _ = std::fs::remove_file(format!("{}{end}", self.0.display()));
        }
    }
}
