//! Where time comes from.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The one source of time of a login manager, in whole seconds of UTC.
///
/// Every age, expiry and limit in this crate is computed from one reading of this clock per
/// request. Tests replace it with a clock they turn by hand (`testing::ManualClock`).
///
/// ```
/// use login_runtime::Clock;
///
/// struct Frozen;
/// impl Clock for Frozen {
///     fn now(&self) -> i64 {
///         1_700_000_000
///     }
/// }
/// assert_eq!(Frozen.now(), 1_700_000_000);
/// ```
pub trait Clock: Send + Sync + 'static {
    /// Seconds since 1970-01-01 00:00:00 UTC, without leap seconds.
    fn now(&self) -> i64;
}

/// The clock of the operating system.
///
/// ```
/// use login_runtime::{Clock, SystemClock};
///
/// assert!(SystemClock.now() > 1_700_000_000);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => seconds(since),
            Err(before) => -seconds(before.duration()),
        }
    }
}

/// A duration in whole seconds; one too long to count becomes the longest there is.
pub(crate) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}
