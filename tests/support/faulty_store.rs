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
    /// The store panics when it is called, before there is anything to await.
    PanicAtOnce,
}

impl Fault {
    /// Every kind of fault.
    pub const ALL: [Self; 4] = [Self::Error, Self::Hang, Self::Panic, Self::PanicAtOnce];
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
    ///
    /// # Panics
    ///
    /// Never: no gate is closed.
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

    /// Counts a call; what is to happen before it does its work.
    fn enter(&self, call: Call) -> Entered {
        let mut plan = self.plan();
        plan.calls.push(call);
        let nth = plan.calls.len();
        let fault = plan.fault.filter(|(at, _)| *at == nth);
        let gate = plan.gate.take_if(|(at, _)| *at == call);
        let entered = Entered {
            fault: fault.map(|(_, fault)| fault),
            gate: gate.map(|(_, gate)| gate),
            yields: plan.yields_before,
        };
        drop(plan);
        assert!(
            entered.fault != Some(Fault::PanicAtOnce),
            "a fault of the store, on purpose"
        );
        entered
    }

    async fn leave(&self) {
        let yields = self.plan().yields_after;
        if yields {
            pause().await;
        }
    }
}

/// A call that has not done its work yet.
struct Entered {
    fault: Option<Fault>,
    gate: Option<Gate>,
    yields: bool,
}

impl Entered {
    async fn pass(self) -> Result<(), StoreError> {
        if let Some(gate) = self.gate {
            gate.pass().await;
        }
        if self.yields {
            pause().await;
        }
        match self.fault {
            None => Ok(()),
            Some(Fault::Error) => Err(StoreError::unavailable("a fault on purpose")),
            Some(Fault::Hang) => pending().await,
            Some(_) => panic!("a fault of the store, on purpose"),
        }
    }
}

/// Is pending, also for a caller that polls once more before it sets a timer.
async fn pause() {
    yield_now().await;
    yield_now().await;
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

    fn create(
        &self,
        login: Login,
        cap: NonZeroUsize,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        let entered = self.faults.enter(Call::Create);
        async move {
            entered.pass().await?;
            let answer = self.inner.create(login, cap).await;
            self.faults.leave().await;
            answer
        }
    }

    fn load(
        &self,
        ticket: Ticket<'_>,
    ) -> impl Future<Output = Result<Option<Arc<Login>>, StoreError>> + Send {
        let entered = self.faults.enter(Call::Load);
        async move {
            entered.pass().await?;
            let answer = self.inner.load(ticket).await;
            self.faults.leave().await;
            answer
        }
    }

    fn update(&self, login: Login) -> impl Future<Output = Result<Update, StoreError>> + Send {
        let entered = self.faults.enter(Call::Update);
        async move {
            entered.pass().await?;
            let answer = self.inner.update(login).await;
            self.faults.leave().await;
            answer
        }
    }

    fn delete(
        &self,
        realm: &str,
        id: LoginId,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send {
        let entered = self.faults.enter(Call::Delete);
        async move {
            entered.pass().await?;
            let answer = self.inner.delete(realm, id).await;
            self.faults.leave().await;
            answer
        }
    }

    fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send {
        let entered = self.faults.enter(Call::DeleteUser);
        async move {
            entered.pass().await?;
            let answer = self.inner.delete_user(realm, user_id, keep).await;
            self.faults.leave().await;
            answer
        }
    }

    fn list_user(
        &self,
        realm: &str,
        user_id: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Login>>, StoreError>> + Send {
        let entered = self.faults.enter(Call::ListUser);
        async move {
            entered.pass().await?;
            let answer = self.inner.list_user(realm, user_id).await;
            self.faults.leave().await;
            answer
        }
    }

    fn purge_expired(
        &self,
        realm: &str,
        before: i64,
        limit: usize,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send {
        let entered = self.faults.enter(Call::PurgeExpired);
        async move {
            entered.pass().await?;
            let answer = self.inner.purge_expired(realm, before, limit).await;
            self.faults.leave().await;
            answer
        }
    }
}
