//! A clock that is turned by hand.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use crate::clock::{Clock, Timestamp, seconds};

/// A clock that stands still until it is turned; clones show the same time.
///
/// ```
/// use std::time::Duration;
/// use login_runtime::{Clock, testing::ManualClock};
///
/// let clock = ManualClock::at(1_700_000_000);
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.now(), 1_700_000_060.into());
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows this time: a [`Timestamp`], a `SystemTime`, or seconds since 1970-01-01
    /// 00:00:00 UTC.
    pub fn at(time: impl Into<Timestamp>) -> Self {
        Self(Arc::new(AtomicI64::new(time.into().as_secs())))
    }

    /// Turns the clock forward, by whole seconds.
    pub fn advance(&self, by: Duration) {
        let now = self.now().as_secs();
        self.set(now.saturating_add(seconds(by)));
    }

    /// Sets the clock, forward or back.
    pub fn set(&self, time: impl Into<Timestamp>) {
        self.0.store(time.into().as_secs(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.load(Ordering::SeqCst))
    }
}
