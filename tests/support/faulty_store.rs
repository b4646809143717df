//! A login store that counts its calls and fails where it is told to.

use std::{
    future::pending,
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use login_runtime::store::{Login, LoginId, LoginStore, StoreError, Ticket, Update};
use tokio::{sync::Semaphore, task::yield_now};

/// A method of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `LoginStore::create`
    Create,
    /// `LoginStore::load`
    Load,
    /// `LoginStore::update`
    Update,
    /// `LoginStore::delete`
    Delete,
    /// `LoginStore::delete_user`
    DeleteUser,
    /// `LoginStore::list_user`
    ListUser,
    /// `LoginStore::purge_expired`
    PurgeExpired,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The store answers that it is not available.
    Error,
    /// The store never answers.
    Hang,
    /// The store panics while it is awaited.
    Panic,
}

impl Fault {
    /// Every kind of fault.
    pub const ALL: [Self; 3] = [Self::Error, Self::Hang, Self::Panic];
}

/// Steers a [`FaultyStore`] and tells what was asked of it; clones steer the same store.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Default)]
struct Plan {
    calls: Vec<Call>,
    fault: Option<(usize, Fault)>,
    gate: Option<(Call, Gate)>,
    yields_before: bool,
    yields_after: bool,
}

/// Where one call waits until it is let through.
#[derive(Clone)]
pub struct Gate {
    reached: Arc<Semaphore>,
    open: Arc<Semaphore>,
}

impl Gate {
    /// Waits until a call stands at the gate.
    pub async fn reached(&self) {
        let permit = self.reached.acquire().await;
        permit.expect("gates are not closed").forget();
    }

    /// Lets the call through.
    pub fn open(&self) {
        self.open.add_permits(1);
    }

    async fn pass(&self) {
        self.reached.add_permits(1);
        self.open
            .acquire()
            .await
            .expect("gates are not closed")
            .forget();
    }
}

impl Faults {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calls since the last [`forget`](Self::forget).
    pub fn calls(&self) -> Vec<Call> {
        self.plan().calls.clone()
    }

    /// How often a method was called.
    pub fn count(&self, call: Call) -> usize {
        self.calls().iter().filter(|it| **it == call).count()
    }

    /// Forgets the calls, and what was to go wrong.
    pub fn forget(&self) {
        *self.plan() = Plan::default();
    }

    /// Counts anew, and lets the `nth` call from now (1 is the next) go wrong.
    pub fn fail_at(&self, nth: usize, fault: Fault) {
        self.forget();
        self.plan().fault = Some((nth, fault));
    }

    /// Lets the next call of a method wait at a gate before it does anything.
    pub fn gate(&self, call: Call) -> Gate {
        let gate = Gate {
            reached: Arc::new(Semaphore::new(0)),
            open: Arc::new(Semaphore::new(0)),
        };
        self.plan().gate = Some((call, gate.clone()));
        gate
    }

    /// Lets every call be pending once before, and once after it did its work.
    pub fn yields(&self, before: bool, after: bool) {
        let mut plan = self.plan();
        plan.yields_before = before;
        plan.yields_after = after;
    }

    async fn before(&self, call: Call) -> Result<(), StoreError> {
        let (fault, gate, yields) = {
            let mut plan = self.plan();
            plan.calls.push(call);
            let nth = plan.calls.len();
            let fault = plan.fault.filter(|(at, _)| *at == nth);
            let gate = plan.gate.take_if(|(at, _)| *at == call);
            (fault, gate, plan.yields_before)
        };
        if let Some((_, gate)) = gate {
            gate.pass().await;
        }
        if yields {
            yield_now().await;
        }
        match fault {
            None => Ok(()),
            Some((_, Fault::Error)) => Err(StoreError::unavailable("a fault on purpose")),
            Some((_, Fault::Hang)) => pending().await,
            Some((_, Fault::Panic)) => panic!("a fault of the store, on purpose"),
        }
    }

    async fn after(&self) {
        let yields = self.plan().yields_after;
        if yields {
            yield_now().await;
        }
    }
}

/// A store around another, which counts its calls and fails where its [`Faults`] say so.
#[derive(Clone)]
pub struct FaultyStore<S> {
    inner: S,
    faults: Faults,
}

impl<S> FaultyStore<S> {
    /// A store that passes everything on, until its faults say otherwise.
    pub fn new(inner: S, faults: &Faults) -> Self {
        let faults = faults.clone();
        Self { inner, faults }
    }
}

impl<S: LoginStore> LoginStore for FaultyStore<S> {
    fn revocable(&self) -> bool {
        self.inner.revocable()
    }

    fn carry(&self, login: &Login) -> Vec<u8> {
        self.inner.carry(login)
    }

    async fn create(&self, login: Login, cap: NonZeroUsize) -> Result<(), StoreError> {
        self.faults.before(Call::Create).await?;
        let answer = self.inner.create(login, cap).await;
        self.faults.after().await;
        answer
    }

    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        self.faults.before(Call::Load).await?;
        let answer = self.inner.load(ticket).await;
        self.faults.after().await;
        answer
    }

    async fn update(&self, login: Login) -> Result<Update, StoreError> {
        self.faults.before(Call::Update).await?;
        let answer = self.inner.update(login).await;
        self.faults.after().await;
        answer
    }

    async fn delete(&self, realm: &str, id: LoginId) -> Result<bool, StoreError> {
        self.faults.before(Call::Delete).await?;
        let answer = self.inner.delete(realm, id).await;
        self.faults.after().await;
        answer
    }

    async fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> Result<u64, StoreError> {
        self.faults.before(Call::DeleteUser).await?;
        let answer = self.inner.delete_user(realm, user_id, keep).await;
        self.faults.after().await;
        answer
    }

    async fn list_user(&self, realm: &str, user_id: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        self.faults.before(Call::ListUser).await?;
        let answer = self.inner.list_user(realm, user_id).await;
        self.faults.after().await;
        answer
    }

    async fn purge_expired(
        &self,
        realm: &str,
        before: i64,
        limit: usize,
    ) -> Result<u64, StoreError> {
        self.faults.before(Call::PurgeExpired).await?;
        let answer = self.inner.purge_expired(realm, before, limit).await;
        self.faults.after().await;
        answer
    }
}
