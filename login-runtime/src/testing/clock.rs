//! A clock that is turned by hand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::clock::{Clock, seconds};

/// A clock that stands still until it is turned; clones show the same time.
///
/// ```
/// use std::time::Duration;
/// use login_runtime::{Clock, testing::ManualClock};
///
/// let clock = ManualClock::at(1_700_000_000);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), 1_700_000_060);
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows this many seconds since 1970-01-01 00:00:00 UTC.
    pub fn at(seconds: i64) -> Self {
        Self(Arc::new(AtomicI64::new(seconds)))
    }

    /// Turns the clock forward, by whole seconds.
    pub fn advance(&self, by: Duration) {
        self.set(self.now().saturating_add(seconds(by)));
    }

    /// Sets the clock, forward or back.
    pub fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}
