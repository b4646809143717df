//! Where time comes from, and how it is written.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment, in whole seconds since 1970-01-01 00:00:00 UTC, without leap seconds.
///
/// It is what clocks show and records keep, also from before 1970. For everything else there is the
/// standard library's [`SystemTime`].
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use login_runtime::Timestamp;
///
/// let noon = Timestamp::from_secs(1_700_049_600);
/// assert_eq!(noon.as_secs(), 1_700_049_600);
/// let noon: SystemTime = noon.to_system_time().ok_or("out of the system's range")?;
/// assert_eq!(noon, SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_049_600));
/// assert_eq!(Timestamp::from(noon + Duration::from_millis(999)), Timestamp::from(noon));
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// So many seconds after 1970-01-01 00:00:00 UTC, or before it if negative.
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds)
    }

    /// The seconds since 1970-01-01 00:00:00 UTC.
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// The same moment as the operating system writes it; `None` if that cannot go so far.
    pub fn to_system_time(self) -> Option<SystemTime> {
        let distance = Duration::from_secs(self.0.unsigned_abs());
        match self.0 < 0 {
            true => UNIX_EPOCH.checked_sub(distance),
            false => UNIX_EPOCH.checked_add(distance),
        }
    }
}

impl From<i64> for Timestamp {
    /// The moment so many seconds after 1970-01-01 00:00:00 UTC.
    fn from(seconds: i64) -> Self {
        Self(seconds)
    }
}

impl From<SystemTime> for Timestamp {
    /// The second that the moment lies in.
    fn from(time: SystemTime) -> Self {
        Self(match time.duration_since(UNIX_EPOCH) {
            Ok(since) => seconds(since),
            Err(before) => {
                let before = before.duration();
                -seconds(before) - i64::from(before.subsec_nanos() > 0)
            }
        })
    }
}

/// The one source of time of a login manager.
///
/// Every age, expiry and limit in this crate is computed from one reading of this clock per
/// request, and from another where the store or the handler has taken time in between. Tests replace
/// it with a clock that they turn by hand (`testing::ManualClock`).
///
/// ```
/// use login_runtime::{Clock, Timestamp};
///
/// struct Frozen;
/// impl Clock for Frozen {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_secs(1_700_000_000)
///     }
/// }
/// assert_eq!(Frozen.now().as_secs(), 1_700_000_000);
/// ```
pub trait Clock: Send + Sync + 'static {
    /// What the clock shows.
    fn now(&self) -> Timestamp;
}

/// The clock of the operating system.
///
/// ```
/// use login_runtime::{Clock, SystemClock};
///
/// assert!(SystemClock.now().as_secs() > 1_700_000_000);
/// ```
#[expect(
    clippy::exhaustive_structs,
    reason = "it is named where a clock is expected"
)]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        SystemTime::now().into()
    }
}

/// A duration in whole seconds; one too long to count becomes the longest there is.
pub(crate) fn seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_the_second_that_it_lies_in() {
        let millis = Duration::from_millis;
        for (time, second) in [
            (UNIX_EPOCH, 0),
            (UNIX_EPOCH + millis(1_999), 1),
            (UNIX_EPOCH - millis(1), -1),
            (UNIX_EPOCH - millis(1_000), -1),
            (UNIX_EPOCH - millis(1_001), -2),
        ] {
            assert_eq!(Timestamp::from(time).as_secs(), second, "{time:?}");
        }
    }

    #[test]
    fn the_systems_time_goes_there_and_back() {
        for second in [-4_000_000_000, -1, 0, 1, 4_000_000_000] {
            let time = Timestamp::from_secs(second).to_system_time().unwrap();
            assert_eq!(Timestamp::from(time).as_secs(), second);
        }
        // Nothing that a store may hand back panics.
        for second in [i64::MIN, i64::MAX] {
            let _ = Timestamp::from_secs(second).to_system_time();
        }
    }
}
