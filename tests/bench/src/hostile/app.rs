//! What both applications share: the users, and what a test steers.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use axum::Router;
use login_runtime::UserMixin;
use login_tests::{Fault, Faults};
use tokio::sync::Semaphore;

/// One library under the application.
pub(crate) struct Side {
    pub(crate) name: &'static str,
    pub(crate) app: Router,
    pub(crate) control: Control,
}

#[derive(Clone, Debug, UserMixin)]
pub(crate) struct User {
    pub(crate) id: u64,
    #[login(auth_hash)]
    pub(crate) password_hash: String,
}

/// Makes stores and tables fail, counts what the store is asked, and holds a request.
#[derive(Clone)]
pub(crate) struct Control {
    inner: Arc<Inner>,
    /// The same for a store of ours.
    pub(crate) faults: Faults,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

struct Inner {
    changed: Mutex<Vec<u64>>,
    users_fail: AtomicBool,
    store_fails: AtomicBool,
    calls: AtomicUsize,
    entered: Semaphore,
    gate: Semaphore,
}

impl Default for Control {
    fn default() -> Self {
        Self {
            inner: Arc::new(Inner {
                changed: Mutex::default(),
                users_fail: AtomicBool::default(),
                store_fails: AtomicBool::default(),
                calls: AtomicUsize::default(),
                entered: Semaphore::new(0),
                gate: Semaphore::new(0),
            }),
            faults: Faults::default(),
        }
    }
}

/// A table or a store that is out of order.
#[derive(Debug)]
pub(crate) struct Down;

impl std::fmt::Display for Down {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("down, on purpose")
    }
}

impl std::error::Error for Down {}

impl Control {
    pub(crate) fn find(&self, id: u64) -> Result<Option<User>, Down> {
        if self.inner.users_fail.load(Ordering::SeqCst) {
            return Err(Down);
        }
        let changed = self
            .inner
            .changed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let times = changed.iter().filter(|it| **it == id).count();
        Ok(Some(User {
            id,
            password_hash: format!("hash-{id}-{times}"),
        }))
    }

    pub(crate) fn change_password(&self, id: u64) {
        let mut changed = self
            .inner
            .changed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        changed.push(id);
    }

    pub(crate) fn fail_users(&self, fail: bool) {
        self.inner.users_fail.store(fail, Ordering::SeqCst);
    }

    pub(crate) fn fail_store(&self, fail: bool) {
        self.inner.store_fails.store(fail, Ordering::SeqCst);
        // The first call is the one that counts: whoever asked gives up then.
        match fail {
            true => self.faults.fail_at(1, Fault::Error),
            false => self.faults.forget(),
        }
    }

    /// Counts a call of the store; whether it works.
    pub(crate) fn call(&self) -> Result<(), Down> {
        self.inner.calls.fetch_add(1, Ordering::SeqCst);
        match self.inner.store_fails.load(Ordering::SeqCst) {
            true => Err(Down),
            false => Ok(()),
        }
    }

    pub(crate) fn calls(&self) -> usize {
        self.inner.calls.load(Ordering::SeqCst) + self.faults.calls().len()
    }

    /// Holds the handler that calls this until the test says so.
    pub(crate) async fn hold(&self) {
        self.inner.entered.add_permits(1);
        self.inner
            .gate
            .acquire()
            .await
            .expect("never closed")
            .forget();
    }

    pub(crate) async fn entered(&self) {
        self.inner
            .entered
            .acquire()
            .await
            .expect("never closed")
            .forget();
    }

    pub(crate) fn go_on(&self) {
        self.inner.gate.add_permits(1);
    }
}
