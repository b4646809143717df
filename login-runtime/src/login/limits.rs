//! How long logins last, and the rules that the limits keep among themselves.

use std::{num::NonZeroUsize, time::Duration};

use super::Login;
use crate::{build_error::BuildError, clock::seconds};

/// Every limit of a manager, in whole seconds.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) idle: i64,
    pub(crate) absolute: i64,
    pub(crate) remember: i64,
    pub(crate) fresh: i64,
    pub(crate) overlap: i64,
    pub(crate) skew: i64,
    pub(crate) touch: i64,
    pub(crate) logins_per_user: NonZeroUsize,
    /// The settings that were given and that a store without a server cannot keep.
    pub(crate) for_servers: Vec<&'static str>,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

impl Default for Limits {
    fn default() -> Self {
        Self {
            idle: HOUR,
            absolute: DAY,
            remember: 30 * DAY,
            fresh: 15 * MINUTE,
            overlap: 15 * MINUTE,
            skew: 30,
            touch: MINUTE,
            logins_per_user: NonZeroUsize::new(50).unwrap_or(NonZeroUsize::MIN),
            for_servers: Vec::new(),
        }
    }
}

impl Limits {
    /// For how long browsers keep a cookie at most (RFC 6265bis), in seconds: 400 days.
    pub(crate) const LONGEST: i64 = 400 * DAY;

    pub(crate) fn set(field: &mut i64, duration: Duration) {
        *field = seconds(duration);
    }

    /// The pairs that contradict each other.
    pub(crate) fn check(&self) -> Result<(), BuildError> {
        let rules = [
            (self.idle > 0, "the idle timeout is at least 1 second"),
            (
                self.absolute > 0,
                "the absolute timeout is at least 1 second",
            ),
            (
                self.remember > 0,
                "the remember duration is at least 1 second",
            ),
            (self.fresh > 0, "freshness lasts at least 1 second"),
            (
                self.idle <= self.absolute,
                "the idle timeout is longer than the absolute timeout, so it would never end a \
                 login: shorten `idle_timeout` or lengthen `absolute_timeout`",
            ),
            (
                self.fresh <= self.absolute,
                "freshness lasts longer than the absolute timeout, so it would never end: shorten \
                 `fresh_for` or lengthen `absolute_timeout`",
            ),
            (
                self.remember <= Self::LONGEST,
                "browsers keep no cookie for more than 400 days: shorten `remember_duration`",
            ),
            (
                self.overlap >= self.skew.saturating_mul(2),
                "the remember overlap is shorter than twice the clock skew, so parallel requests \
                 could look like theft: lengthen `remember_overlap` or shorten `clock_skew`",
            ),
            (
                self.overlap <= self.idle,
                "the remember overlap is longer than the idle timeout, so cookies that were \
                 replaced would outlive a session: shorten `remember_overlap` or lengthen \
                 `idle_timeout`",
            ),
            (
                self.overlap < self.remember,
                "the remember overlap is as long as remembering itself: shorten `remember_overlap` \
                 or lengthen `remember_duration`",
            ),
            (
                self.touch <= self.idle / 4,
                "the touch interval is more than a quarter of the idle timeout, so visitors who \
                 are active could be logged out: shorten `touch_interval` or lengthen `idle_timeout`",
            ),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, text)) => Err(BuildError::Limit(text.to_owned())),
            None => Ok(()),
        }
    }

    /// Whether the session of a login is not over at `now`.
    #[inline]
    pub(crate) fn session_lives(&self, login: &Login, now: i64, idle_counts: bool) -> bool {
        age(now, login.session_started_at) < self.absolute
            && !(idle_counts && age(now, login.last_seen_at) >= self.idle)
    }

    /// Whether a login is one to show: its session goes on, or it is remembered.
    pub(crate) fn lives(&self, login: &Login, now: i64) -> bool {
        let remember = login.remember.as_ref();
        !login.has_ended()
            && (self.session_lives(login, now, true)
                || remember.is_some_and(|remember| now < remember.expires_at))
    }

    /// Whether a login is a device of its user's. One whose answer was lost is nobody's: its cookies have
    /// not come back for as long as they may be on their way.
    pub(crate) fn is_device(&self, login: &Login, now: i64) -> bool {
        let on_its_way = age(now, login.created_at) <= self.overlap;
        self.lives(login, now) && (login.was_presented() || on_its_way)
    }

    /// Whether a login that became fresh at `since` still is, for `within` seconds.
    pub(crate) fn is_fresh(since: Option<i64>, now: i64, within: i64) -> bool {
        since.is_some_and(|since| age(now, since) < within)
    }

    /// A record from beyond the skew in the future comes from a clock that cannot be trusted.
    #[inline]
    pub(crate) fn is_from_future(&self, login: &Login, now: i64) -> bool {
        let horizon = now.saturating_add(self.skew);
        let shown = login
            .remember
            .as_ref()
            .map_or(i64::MIN, |remember| remember.first_at);
        [
            login.created_at,
            login.session_started_at,
            login.last_seen_at,
            shown,
        ]
        .into_iter()
        .chain(login.fresh_since)
        .any(|time| time > horizon)
    }

    /// When the store may forget a login: both its session and its remembered part are over, on
    /// every node whose clock is within the skew. What theft has ended stays for a day, so that
    /// whoever comes with its cookies can be told.
    pub(crate) fn expiry(&self, login: &Login) -> i64 {
        if let Some(ended_at) = login.remember.as_ref().and_then(|it| it.ended_at) {
            return ended_at.saturating_add(DAY).saturating_add(self.skew);
        }
        let idle = login.last_seen_at.saturating_add(self.idle);
        let absolute = login.session_started_at.saturating_add(self.absolute);
        let remember = login
            .remember
            .as_ref()
            .map_or(i64::MIN, |remember| remember.expires_at);
        idle.min(absolute).max(remember).saturating_add(self.skew)
    }
}

/// How long ago `since` was, in seconds; never negative.
pub(crate) fn age(now: i64, since: i64) -> i64 {
    now.saturating_sub(since).max(0)
}
