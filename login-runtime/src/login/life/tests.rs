//! The table of what happens to a record, line by line.

use super::*;
use crate::login::Remember;

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const MONTH: i64 = 30 * DAY;
const SKEW: i64 = 30;

fn digest(byte: u8) -> Digest {
    Digest::from_bytes([byte; 32])
}

fn token(byte: u8) -> Token {
    Token([byte; 32])
}

fn previous(byte: u8, counter: u64) -> PreviousToken {
    let token = token(byte).hash();
    PreviousToken { token, counter }
}

/// A login at 1000, by default remembered for 30 days with token 1.
fn beginning() -> Beginning {
    Beginning {
        id: LoginId::from_bytes([7; 16]),
        realm: "login".into(),
        user_id: "ada".into(),
        fresh: true,
        forced: false,
        remember: Some((token(1), MONTH)),
        identifier: Some(digest(1)),
        auth_hash: Some(digest(2)),
        user_agent: Some("agent".into()),
        address: None,
    }
}

fn remembered() -> Login {
    begun(beginning(), &Limits::default(), 1000)
}

fn plain() -> Login {
    let beginning = Beginning {
        remember: None,
        ..beginning()
    };
    begun(beginning, &Limits::default(), 1000)
}

fn proof() -> Proof {
    Proof {
        identifier: Some(digest(3)),
        auth_hash: Some(digest(4)),
        token: token(2),
    }
}

/// What a record is after a change of these fields and of no other.
fn with(login: &Login, change: impl FnOnce(&mut Login)) -> Login {
    let mut login = login.clone();
    change(&mut login);
    login
}

#[test]
fn a_login_begins() {
    let expected = Login {
        id: LoginId::from_bytes([7; 16]),
        realm: "login".into(),
        user_id: "ada".into(),
        generation: 0,
        version: 1,
        created_at: 1000,
        authenticated_at: 1000,
        session_started_at: 1000,
        last_seen_at: 1000,
        fresh_since: Some(1000),
        identifier: Some(digest(1)),
        auth_hash: Some(digest(2)),
        forced: false,
        remember: Some(Box::new(Remember {
            token: token(1).hash(),
            counter: 0,
            previous: None,
            rotated_at: 1000,
            acknowledged: true,
            expires_at: 1000 + MONTH,
            unknown: Unknown::default(),
        })),
        user_agent: Some("agent".into()),
        address: None,
        expires_at: 1000 + MONTH + SKEW,
        unknown: Unknown::default(),
    };
    assert_eq!(remembered(), expected);
    let plain_one = with(&expected, |it| {
        it.remember = None;
        it.expires_at = 1000 + HOUR + SKEW;
    });
    assert_eq!(plain(), plain_one);
}

#[test]
fn a_login_begins_stale_or_by_force_where_that_was_asked_for() {
    let beginning = Beginning {
        fresh: false,
        forced: true,
        ..beginning()
    };
    let login = begun(beginning, &Limits::default(), 1000);
    let expected = with(&remembered(), |it| {
        it.fresh_since = None;
        it.forced = true;
    });
    assert_eq!(login, expected);
}

#[test]
fn a_login_that_is_seen_lasts_longer_until_its_absolute_end() {
    let limits = Limits::default();
    for (now, ends) in [
        (1001, 1001 + HOUR),
        (1000 + DAY - HOUR, 1000 + DAY),
        (1000 + DAY - 1, 1000 + DAY),
    ] {
        let expected = with(&plain(), |it| {
            it.version = 2;
            it.last_seen_at = now;
            it.expires_at = ends + SKEW;
        });
        assert_eq!(seen(&plain(), &limits, now), expected, "at {now}");
    }
}

#[test]
fn a_login_is_never_seen_in_the_past() {
    let login = seen(&plain(), &Limits::default(), 900);
    assert_eq!(login, with(&plain(), |it| it.version = 2));
}

#[test]
fn a_login_that_is_seen_has_got_its_token() {
    let limits = Limits::default();
    let rotation = Some((&token(2), previous(1, 0)));
    let before = restored(&remembered(), Some(digest(3)), rotation, &limits, 5000);
    let expected = with(&before, |it| {
        it.version = 3;
        it.last_seen_at = 5060;
        it.remember.as_mut().unwrap().acknowledged = true;
    });
    assert!(!before.remember.as_ref().unwrap().acknowledged);
    assert_eq!(seen(&before, &limits, 5060), expected);
}

#[test]
fn a_remembered_login_is_restored_with_the_next_token() {
    let login = remembered();
    let rotation = Some((&token(2), previous(1, 0)));
    let expected = with(&login, |it| {
        it.generation = 1;
        it.version = 2;
        it.session_started_at = 5000;
        it.last_seen_at = 5000;
        it.fresh_since = None;
        it.identifier = Some(digest(3));
        it.remember = Some(Box::new(Remember {
            token: token(2).hash(),
            counter: 1,
            previous: Some(previous(1, 0)),
            rotated_at: 5000,
            acknowledged: false,
            // It runs from the password, not from the restore.
            expires_at: 1000 + MONTH,
            unknown: Unknown::default(),
        }));
    });
    let limits = Limits::default();
    assert_eq!(
        restored(&login, Some(digest(3)), rotation, &limits, 5000),
        expected
    );
}

#[test]
fn a_lost_answer_is_followed_by_what_the_client_has() {
    let limits = Limits::default();
    let first = Some((&token(2), previous(1, 0)));
    let lost = restored(&remembered(), None, first, &limits, 5000);
    let again = Some((&token(3), previous(1, 0)));
    let remember = restored(&lost, None, again, &limits, 6000).remember;
    let remember = remember.unwrap();
    assert_eq!((remember.counter, remember.token), (2, token(3).hash()));
    assert_eq!(remember.previous, Some(previous(1, 0)));
}

#[test]
fn without_a_store_that_can_tell_a_restore_leaves_the_token() {
    let login = remembered();
    let expected = with(&login, |it| {
        it.generation = 1;
        it.version = 2;
        it.session_started_at = 5000;
        it.last_seen_at = 5000;
        it.fresh_since = None;
        it.identifier = None;
    });
    let limits = Limits::default();
    assert_eq!(restored(&login, None, None, &limits, 5000), expected);
}

#[test]
fn a_confirmed_login_starts_anew_with_the_next_token() {
    let login = remembered();
    let expected = with(&login, |it| {
        it.generation = 1;
        it.version = 2;
        it.authenticated_at = 5000;
        it.session_started_at = 5000;
        it.last_seen_at = 5000;
        it.fresh_since = Some(5000);
        it.identifier = Some(digest(3));
        it.auth_hash = Some(digest(4));
        it.remember = Some(Box::new(Remember {
            token: token(2).hash(),
            counter: 1,
            previous: Some(previous(1, 0)),
            rotated_at: 5000,
            acknowledged: false,
            expires_at: 5000 + MONTH,
            unknown: Unknown::default(),
        }));
        it.expires_at = 5000 + MONTH + SKEW;
    });
    let limits = Limits::default();
    assert_eq!(confirmed(&login, &proof(), true, &limits, 5000), expected);
}

#[test]
fn without_a_store_that_can_tell_a_confirm_replaces_the_token_in_its_place() {
    let remember = confirmed(&remembered(), &proof(), false, &Limits::default(), 5000).remember;
    let expected = Remember {
        token: token(2).hash(),
        counter: 0,
        previous: None,
        rotated_at: 1000,
        acknowledged: true,
        expires_at: 5000 + MONTH,
        unknown: Unknown::default(),
    };
    assert_eq!(remember.as_deref(), Some(&expected));
}

#[test]
fn a_login_that_is_not_remembered_stays_so() {
    let limits = Limits::default();
    assert_eq!(
        confirmed(&plain(), &proof(), true, &limits, 5000).remember,
        None
    );
    assert_eq!(
        confirmed(&plain(), &proof(), false, &limits, 5000).remember,
        None
    );
    let rotation = Some((&token(2), previous(1, 0)));
    assert_eq!(
        restored(&plain(), None, rotation, &limits, 5000).remember,
        None
    );
}

#[test]
fn a_digest_made_anew_changes_nothing_else() {
    let expected = with(&plain(), |it| {
        it.version = 2;
        it.auth_hash = Some(digest(9));
    });
    assert_eq!(
        rehashed(&plain(), Some(digest(9)), &Limits::default()),
        expected
    );
    let expected = with(&plain(), |it| it.fresh_since = Some(5000));
    assert_eq!(freshened(&plain(), 5000), expected);
}

#[test]
fn every_change_is_a_version_and_every_new_session_a_generation() {
    let limits = Limits::default();
    let mut login = remembered();
    let mut course = vec![(login.generation, login.version)];
    let rotation = |login: &Login| {
        let remember = login.remember.as_ref().unwrap();
        PreviousToken {
            token: remember.token,
            counter: remember.counter,
        }
    };
    for step in 0..5 {
        let now = 2000 + step;
        login = match step {
            0 | 2 => seen(&login, &limits, now),
            1 | 3 => {
                let next = Some((&token(5), rotation(&login)));
                restored(&login, None, next, &limits, now)
            }
            _ => confirmed(&login, &proof(), true, &limits, now),
        };
        course.push((login.generation, login.version));
    }
    assert_eq!(course, [(0, 1), (0, 2), (1, 3), (1, 4), (2, 5), (3, 6)]);
    assert_eq!(login.remember.unwrap().counter, 3);
}

#[test]
fn numbers_that_can_grow_no_more_stay() {
    let limits = Limits::default();
    let login = with(&remembered(), |it| {
        it.generation = u64::MAX;
        it.version = u64::MAX;
    });
    let login = confirmed(&login, &proof(), true, &limits, i64::MAX);
    assert_eq!((login.generation, login.version), (u64::MAX, u64::MAX));
    assert_eq!(login.expires_at, i64::MAX);
}

#[test]
fn what_a_later_release_wrote_outlives_every_change() {
    let limits = Limits::default();
    let login = with(&remembered(), |it| {
        it.unknown.keep(b"of the record");
        let remember = it.remember.as_mut().unwrap();
        remember.unknown.keep(b"of its remembered part");
    });
    let rotation = Some((&token(2), previous(1, 0)));
    for changed in [
        seen(&login, &limits, 5000),
        restored(&login, None, rotation, &limits, 5000),
        restored(&login, None, None, &limits, 5000),
        confirmed(&login, &proof(), true, &limits, 5000),
        confirmed(&login, &proof(), false, &limits, 5000),
        freshened(&login, 5000),
        rehashed(&login, None, &limits),
    ] {
        assert_eq!(changed.unknown, login.unknown);
        let [before, after] = [&login, &changed].map(|it| it.remember.as_ref().unwrap());
        assert_eq!(after.unknown, before.unknown);
    }
}
