//! The application on one library.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::Router;

use crate::ask::Ask;

/// One library under the application.
pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) app: Router,
    /// What the library can be asked; the rest it does not have.
    pub(crate) asks: &'static [Ask],
    pub(crate) clock: Skew,
}

/// Seconds that a peer's clock is ahead, so that a remember token can be old enough to rotate.
#[derive(Clone, Default)]
pub(crate) struct Skew(Arc<AtomicI64>);

impl Skew {
    pub(crate) fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::Relaxed);
    }
}

impl login_runtime::Clock for Skew {
    fn now(&self) -> login_runtime::Timestamp {
        let now = login_runtime::SystemClock.now().as_secs();
        (now + self.0.load(Ordering::Relaxed)).into()
    }
}

pub(crate) const HOME: &str = "Hello, world!";
