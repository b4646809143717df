//! What is asked of a store, and where it fails, waits or is slow.

use std::{
    future::{Future, pending},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use login_runtime::store::StoreError;
use tokio::{sync::Semaphore, task::yield_now, time::timeout};

use crate::suite::is_remote;

/// A method of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `LoginStore::create`
    Create,
    /// `LoginStore::load`, or `LoginStore::load_now` where that gave the record.
    Load,
    /// `LoginStore::update`
    Update,
    /// `LoginStore::delete`
    Delete,
    /// `LoginStore::delete_user`
    DeleteUser,
    /// `LoginStore::delete_realm`
    DeleteRealm,
    /// `LoginStore::list_user`
    ListUser,
    /// `LoginStore::list_realm`
    ListRealm,
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

/// Steers a [`FaultyStore`](crate::FaultyStore) and tells what was asked of it; clones steer the same store.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<Plan>>);

#[derive(Default)]
struct Plan {
    calls: Vec<Call>,
    at_hand: usize,
    fault: Option<(usize, Fault)>,
    gate: Option<(Call, Gate)>,
    yields_before: bool,
    yields_after: bool,
    carries: usize,
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
    /// No call came within 10 seconds.
    pub async fn reached(&self) {
        let reached = timeout(Duration::from_secs(10), self.reached.acquire());
        let permit = reached.await.expect("no call came to the gate");
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

    /// How many of the loads were answered at once, by `LoginStore::load_now`.
    pub fn at_hand(&self) -> usize {
        self.plan().at_hand
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

    /// Has the store put so many bytes more into every cookie, from now on.
    pub fn carry(&self, bytes: usize) {
        self.plan().carries = bytes;
    }

    pub(crate) fn carries(&self) -> usize {
        self.plan().carries
    }

    /// Counts a call, and does its work unless something goes wrong before.
    pub(crate) fn call<T: Send>(
        &self,
        call: Call,
        work: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        let entered = self.enter(call);
        async move {
            entered.pass().await?;
            let answer = work.await;
            self.leave().await;
            answer
        }
    }

    /// Whether a load may be answered at once, which counts it. One that is to fail, to wait or to be
    /// slow has to be awaited for that, and only a panic needs no waiting for.
    pub(crate) fn may_answer_at_once(&self) -> bool {
        let mut plan = self.plan();
        let next = plan.calls.len() + 1;
        let fault = plan.fault.filter(|(at, _)| *at == next);
        let gate = plan.gate.as_ref().is_some_and(|(at, _)| *at == Call::Load);
        let at_once = !(is_remote() || gate || plan.yields_before || plan.yields_after);
        match fault {
            None if at_once => {
                plan.calls.push(Call::Load);
                plan.at_hand += 1;
                true
            }
            Some((_, Fault::Panic | Fault::PanicAtOnce)) if at_once => {
                drop(plan);
                panic!("a fault of the store, on purpose");
            }
            _ => false,
        }
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
