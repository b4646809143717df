//! The contract notices every way of breaking it.

use std::collections::BTreeSet;

use login_runtime::store::{LoginStore, MemoryStore, contract};
use login_tests::{Fault, Faults, FaultyStore, Flaw};

async fn failed_checks<S: LoginStore>(make_store: impl AsyncFn() -> S) -> BTreeSet<&'static str> {
    let violations = contract::violations(make_store).await;
    violations.iter().map(|violation| violation.check).collect()
}

/// One test for each flaw, with a check that has to notice it.
macro_rules! notices {
    ($($test:ident: $flaw:ident by $check:ident;)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $test() {
            let flawed = async || FaultyStore::with_flaw(MemoryStore::new(), Flaw::$flaw);
            let failed = failed_checks(flawed).await;
            assert!(failed.contains(stringify!($check)), "only noticed by {failed:?}");
        }
    )*};
}

notices! {
    a_lost_field: LosesAField by every_field_comes_back;
    a_lost_field_of_another_release: LosesWhatItDoesNotKnow by what_a_later_release_wrote_comes_back;
    a_cut_user_id: ShortensUserIds by any_text_comes_back;
    a_mixed_up_realm: IgnoresTheRealm by another_realm_finds_nothing;
    an_ignored_version: IgnoresTheVersion by an_update_needs_the_next_version;
    two_winners: ComparesAndSetsInTwoSteps by one_of_many_updates_wins;
    a_resurrecting_race: ComparesAndSetsInTwoSteps by no_update_brings_a_login_back;
    a_creating_update: UpdateCreates by an_update_creates_nothing;
    a_resurrected_login: UpdateCreates by a_deleted_login_is_gone;
    an_old_login_at_hand: HasOldLoginsAtHand by what_is_at_hand_is_what_load_says;
    a_late_delete: DeleteComesLate by a_deleted_login_is_gone;
    a_delete_in_another_realm: DeleteIgnoresTheRealm by realms_are_apart;
    a_delete_of_nothing: DeleteFindsEverything by deleting_twice_is_no_error;
    one_login_too_many: CapIsOffByOne by the_least_recently_seen_login_ends;
    a_cap_that_ends_the_newest: CapEndsTheNewest by the_newest_login_survives_its_cap;
    a_racing_cap: CapInTwoSteps by the_cap_holds_when_many_log_in_at_once;
    a_login_not_kept: KeepsNobody by delete_user_ends_all_but_one;
    a_realm_of_one_user: RealmHasOneUser by delete_realm_ends_everybody;
    a_racing_end_of_a_realm: RealmInTwoSteps by no_update_brings_logins_of_a_realm_back;
    a_login_missed_between_pages: PagesByOffset by what_stays_is_listed_though_others_come_and_go;
    a_login_missed_while_it_is_written: WritesInTwoSteps by what_stays_is_listed_while_many_write;
    a_page_without_limit: PageIgnoresTheLimit by a_page_is_never_longer_than_its_limit;
    a_list_that_ends_early: PagesEndEarly by every_login_of_a_realm_is_listed;
    a_list_of_two_realms: PagesMixRealms by every_login_of_a_realm_is_listed;
    a_cursor_into_another_realm: CursorHasTheRealm by an_unknown_cursor_harms_nothing;
    an_unordered_list: ListIsUnordered by the_list_begins_with_the_most_recently_seen;
    a_purge_without_limit: PurgeIgnoresTheLimit by a_purge_keeps_to_its_limit;
    an_early_purge: PurgeIsEarly by a_purge_takes_what_has_expired;
    a_late_purge: PurgeIsLate by a_purge_takes_what_has_expired;
    a_racing_purge: PurgeForgetsToLookAgain by a_purge_spares_what_was_extended_meanwhile;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_noticed_where_nothing_is_wrong() {
    let sound = async || FaultyStore::<MemoryStore>::default();
    assert_eq!(failed_checks(sound).await, BTreeSet::new());
}

#[tokio::test]
#[should_panic(
    expected = "every_field_comes_back: a call that should succeed answered an error: \
                           the login store did not answer: a fault on purpose"
)]
async fn run_says_which_checks_failed_and_why() {
    let failing = async || {
        let faults = Faults::default();
        faults.fail_at(1, Fault::Error);
        FaultyStore::new(MemoryStore::new(), &faults)
    };
    contract::run(failing).await;
}
