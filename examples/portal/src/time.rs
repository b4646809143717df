//! The time, which tests turn by hand.

use std::{fmt, sync::Arc};

use login_runtime::{Clock, Timestamp};

/// The one clock of the portal and of its logins.
#[derive(Clone)]
pub(crate) struct Time(Arc<dyn Clock>);

impl Time {
    pub(crate) fn new(clock: impl Clock) -> Self {
        Self(Arc::new(clock))
    }

    /// Seconds since 1970.
    pub(crate) fn seconds(&self) -> i64 {
        self.0.now().as_secs()
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Time").field(&self.seconds()).finish()
    }
}

impl Clock for Time {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// How long ago that was, for people.
pub(crate) fn ago(seconds: i64) -> String {
    let (number, unit) = match seconds {
        ..60 => return "just now".to_owned(),
        60..3_600 => (seconds / 60, "minute"),
        3_600..86_400 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{s} ago")
}

#[test]
fn the_past_is_said_in_words() {
    for (seconds, expected) in [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (7_200, "2 hours ago"),
        (86_400, "1 day ago"),
        (864_000, "10 days ago"),
    ] {
        assert_eq!(ago(seconds), expected);
    }
}
