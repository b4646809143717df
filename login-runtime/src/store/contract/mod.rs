//! What every [`LoginStore`] promises, as checks that any store can run.
//!
//! A store that passes keeps the promises of this crate about logins: that a logout is final, that
//! a write never brings a login back, that a user has no more logins than the cap. There are two
//! tiers: [`EVERY`] is for all stores, [`REVOCABLE`] for those that answer
//! [`revocable`](LoginStore::revocable) with `true`. Some of the latter are races; run them on a
//! runtime with several threads, or they are races in name only.
//!
//! ```
//! use login_runtime::store::{MemoryStore, contract};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! // In a test of yours: #[tokio::test(flavor = "multi_thread")]
//! contract::run(async || MemoryStore::new()).await;
//! # });
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Every check works in realms of its own with new random names, so that the stores may share one
//! database, and one that is not empty.

mod every;
mod revocable;
mod sample;

use std::{fmt, sync::Arc};

use super::{LoginStore, StoreError};

/// How a store has broken its contract, in a sentence.
#[derive(Clone, PartialEq, Eq)]
pub struct Broken(String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

impl From<String> for Broken {
    fn from(sentence: String) -> Self {
        Self(sentence)
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self(format!(
            "a call that should succeed answered an error: {error}"
        ))
    }
}

/// A check that a store has failed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// The name of the check.
    pub check: &'static str,
    /// What was wrong.
    pub broken: Broken,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.broken)
    }
}

/// Runs every check that applies, each with a store of its own.
///
/// # Panics
///
/// When a check fails; the message has every check that did, each with a sentence.
pub async fn run<St: LoginStore>(make_store: impl AsyncFn() -> St) {
    let violations = violations(make_store).await;
    let list: Vec<_> = violations.iter().map(ToString::to_string).collect();
    let list = list.join("\n  ");
    assert!(
        violations.is_empty(),
        "the store breaks its contract:\n  {list}"
    );
}

/// Runs every check that applies, each with a store of its own, and says which ones failed.
pub async fn violations<St: LoginStore>(make_store: impl AsyncFn() -> St) -> Vec<Violation> {
    let mut violations = Vec::new();
    run_every(&make_store, &mut violations).await;
    if make_store().await.revocable() {
        run_revocable(&make_store, &mut violations).await;
    }
    violations
}

macro_rules! checks {
    ($(#[$doc:meta])* $names:ident, $run:ident, $module:ident: $($check:ident,)*) => {
        $(#[$doc])*
        pub const $names: &[&str] = &[$(stringify!($check)),*];

        async fn $run<St: LoginStore>(
            make_store: &impl AsyncFn() -> St,
            violations: &mut Vec<Violation>,
        ) {
            $(
                let store = Arc::new(make_store().await);
                if let Err(broken) = $module::$check(&store).await {
                    violations.push(Violation { check: stringify!($check), broken });
                }
            )*
        }
    };
}

checks! {
    /// The names of the checks for all stores.
    EVERY, run_every, every:
    every_field_comes_back,
    absent_parts_stay_absent,
    the_largest_and_smallest_numbers_come_back,
    any_text_comes_back,
    an_update_comes_back,
    what_a_later_release_wrote_comes_back,
    what_is_at_hand_is_what_load_says,
    another_realm_finds_nothing,
    another_id_finds_nothing,
    garbage_finds_nothing,
    deleting_twice_is_no_error,
    what_is_not_supported_says_so,
}

checks! {
    /// The names of the checks for stores that are revocable.
    REVOCABLE, run_revocable, revocable:
    an_id_is_used_once,
    realms_are_apart,
    users_differ_by_every_byte,
    what_is_no_user_has_no_logins,
    an_update_needs_the_next_version,
    an_update_creates_nothing,
    a_deleted_login_is_gone,
    delete_user_ends_all_but_one,
    delete_realm_ends_everybody,
    the_list_begins_with_the_most_recently_seen,
    every_login_of_a_realm_is_listed,
    what_stays_is_listed_though_others_come_and_go,
    a_page_is_never_longer_than_its_limit,
    an_unknown_cursor_harms_nothing,
    the_least_recently_seen_login_ends,
    a_lower_cap_ends_several,
    the_newest_login_survives_its_cap,
    the_cap_is_for_one_user_of_one_realm,
    a_purge_takes_what_has_expired,
    a_purge_keeps_to_its_limit,
    a_purge_goes_by_the_latest_expiry,
    a_purge_stays_in_its_realm,
    one_of_many_updates_wins,
    no_update_brings_a_login_back,
    no_update_brings_logins_of_a_user_back,
    no_update_brings_logins_of_a_realm_back,
    what_stays_is_listed_while_many_write,
    the_cap_holds_when_many_log_in_at_once,
    a_purge_spares_what_was_extended_meanwhile,
}

/// Fails the check with a sentence unless something holds.
macro_rules! ensure {
    ($holds:expr, $($sentence:tt)+) => {
        if !$holds {
            return Err(Broken::from(format!($($sentence)+)));
        }
    };
}

/// Fails the check with a sentence and both values unless they are equal.
macro_rules! ensure_eq {
    ($found:expr, $expected:expr, $($sentence:tt)+) => {
        match (&$found, &$expected) {
            (found, expected) => ensure!(
                *found == *expected,
                "{}: expected {expected:?}, found {found:?}",
                format_args!($($sentence)+)
            ),
        }
    };
}

use {ensure, ensure_eq};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_is_listed() {
        let written = |source: &str| source.matches("\npub(crate) async fn ").count();
        assert_eq!(written(include_str!("every.rs")), EVERY.len());
        let caps = written(include_str!("revocable/cap.rs"));
        let races = written(include_str!("revocable/race.rs"));
        let purges = written(include_str!("revocable/purge.rs"));
        let endings = written(include_str!("revocable/ending.rs"));
        let plain = written(include_str!("revocable/mod.rs"));
        let pages = written(include_str!("revocable/pages.rs"));
        assert_eq!(
            plain + caps + endings + pages + purges + races,
            REVOCABLE.len()
        );
    }
}
