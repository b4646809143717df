//! Every invariant once more, on each server that is installed.

use login_tests::{
    Suite,
    engines::{MariaDb, Postgres, Redis},
    is_remote,
};

/// Tests that say nothing of a store on a server: what they ask of it is in `stores` and `hostile`, on every
/// engine.
const APART: &[&str] = &[
    // They stop the clock of the runtime, by which a server would have taken for ever.
    "handed_out::i10_an_answer_drops_its_cookies_if_the_store_cannot_be_asked",
    "loaders::a_failed_touch_or_acknowledgement_is_not_fatal",
    "loaders::a_request_loader_that_cannot_tell_is_503_and_never_anonymous",
    "loaders::a_store_that_cannot_tell_is_503_at_every_call_and_touches_no_login_cookie",
    "loaders::a_user_loader_that_cannot_tell_is_503_and_never_anonymous",
    "logs::i12_no_secret_is_ever_logged",
    // It counts polls, and what has begun ends with the server's answer: P12 and P24 wait for that.
    "atomicity::i07_a_dropped_request_leaves_the_old_login_whole_or_the_new_one_made_and_the_old_one_gone",
    // They are about files.
    "database::a_file_that_cannot_be_opened_is_an_error_that_helps",
    "database::a_file_that_was_overwritten_is_503_and_nobody_gets_in",
    "database::a_whole_life_in_a_file_and_over_a_restart",
    "database::i06_a_late_write_does_not_bring_a_login_back_in_a_file_either",
];

/// Where records expire by themselves nobody is asked to forget them, which these tests count.
const EXPIRING: &[&str] = &[
    "atomicity::i07_a_login_that_fails_half_way_leaves_no_second_record_behind",
    "events::whether_a_device_is_new_is_asked_for_those_who_listen_alone",
    "theft::i10_whoever_comes_next_is_told_for_a_day",
    // It makes what the store puts into a cookie longer, by which this one looks for the login.
    "too_long::i08_a_login_that_outgrows_its_cookies_after_the_handler_is_no_other_fault",
    "time::i09_a_record_is_purged_when_its_session_and_its_remembered_part_are_over",
    "time::i09_every_login_forgets_some_that_are_over",
    "time::i09_where_many_are_over_every_login_looks_and_where_few_are_one_in_ten_seconds",
];

#[tokio::test]
async fn every_invariant_holds_on_postgresql() {
    if is_remote() {
        return;
    }
    if let Some(server) = Postgres::shared() {
        Suite::holds_on("PostgresStore", &server.database().await, APART);
    }
}

#[tokio::test]
async fn every_invariant_holds_on_mariadb() {
    if is_remote() {
        return;
    }
    if let Some(server) = MariaDb::shared() {
        Suite::holds_on("MySqlStore", &server.database().await, APART);
    }
}

#[test]
fn every_invariant_holds_on_redis() {
    if is_remote() {
        return;
    }
    if let Some(server) = Redis::shared() {
        Suite::holds_on("RedisStore", &server.url(), &[APART, EXPIRING].concat());
    }
}
