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

fn secret(byte: u8) -> Secret {
    Secret([byte; 32])
}

/// A login at 1000, by default remembered for 30 days with secret 1.
pub(crate) fn beginning() -> Beginning {
    Beginning {
        id: LoginId::from_bytes([7; 16]),
        realm: "login".into(),
        user_id: "ada".into(),
        fresh: true,
        forced: false,
        remember: Some((secret(1), MONTH)),
        identifier: Some(digest(1)),
        auth_hash: Some(digest(2)),
        user_agent: Some("agent".into()),
        address: None,
    }
}

pub(crate) fn remembered() -> Login {
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
        secret: secret(1),
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
        generation: 1000,
        version: 1,
        created_at: 1000,
        authenticated_at: 1000,
        session_started_at: 1000,
        last_seen_at: 1000,
        fresh_since: Some(1000),
        identifier: Some(digest(1)),
        auth_hash: Some(digest(2)),
        forced: false,
        replaced: 0,
        remember: Some(Box::new(Remember {
            secret: secret(1).hash(),
            expires_at: 1000 + MONTH,
            shown: 1000,
            first: 1000,
            first_at: 1000,
            settled: 1000,
            strikes: 0,
            ended_at: None,
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
        assert_eq!(seen(&plain(), None, &limits, now), expected, "at {now}");
    }
}

#[test]
fn a_login_is_never_seen_in_the_past() {
    let login = seen(&plain(), None, &Limits::default(), 900);
    assert_eq!(login, with(&plain(), |it| it.version = 2));
}

#[test]
fn a_login_that_is_seen_shows_its_generation_if_that_is_asked() {
    let limits = Limits::default();
    let before = restored(
        &remembered(),
        Some(digest(3)),
        Restore::Shown(1000),
        &limits,
        5000,
    );
    let seen_only = with(&before, |it| {
        it.version = 3;
        it.last_seen_at = 5090;
    });
    assert_eq!(seen(&before, None, &limits, 5090), seen_only);
    let expected = with(&seen_only, |it| {
        let remember = it.remember.as_mut().unwrap();
        (remember.shown, remember.first, remember.first_at) = (5000, 5000, 5090);
        // More than two overlaps after the first show, so all that may be under way is the last.
        remember.settled = 1000;
    });
    assert_eq!(seen(&before, Some(5000), &limits, 5090), expected);
}

#[test]
fn a_remembered_login_is_restored() {
    let login = remembered();
    let expected = with(&login, |it| {
        it.generation = 5000;
        it.version = 2;
        it.session_started_at = 5000;
        it.last_seen_at = 5000;
        it.fresh_since = None;
        it.identifier = Some(digest(3));
        // Remembering runs from the password, not from the restore.
    });
    let limits = Limits::default();
    let by = |by| restored(&login, Some(digest(3)), by, &limits, 5000);
    assert_eq!(by(Restore::Shown(1000)), expected);
    assert_eq!(by(Restore::Plain), expected);
    let counted = with(&expected, |it| it.remember.as_mut().unwrap().strikes = 1);
    assert_eq!(by(Restore::Counted(1000)), counted);
}

#[test]
fn a_restore_shows_what_it_was_made_by() {
    let limits = Limits::default();
    let login = restored(&remembered(), None, Restore::Counted(1000), &limits, 5000);
    let again = |by| {
        let remember = restored(&login, None, by, &limits, 7000).remember.unwrap();
        (remember.shown, remember.first_at, remember.strikes)
    };
    assert_eq!(again(Restore::Shown(5000)), (5000, 7000, 0));
    assert_eq!(again(Restore::Counted(3000)), (3000, 7000, 2));
    assert_eq!(again(Restore::Counted(1000)), (1000, 1000, 2));
    assert_eq!(
        again(Restore::Shown(1000)),
        (1000, 1000, 1),
        "it is no news"
    );
}

#[test]
fn a_confirmed_login_starts_anew_and_keeps_its_secret() {
    let login = remembered();
    let expected = with(&login, |it| {
        it.generation = 5000;
        it.replaced = 4000;
        it.version = 2;
        it.authenticated_at = 5000;
        it.session_started_at = 5000;
        it.last_seen_at = 5000;
        it.fresh_since = Some(5000);
        it.identifier = Some(digest(3));
        it.auth_hash = Some(digest(4));
        it.remember.as_mut().unwrap().expires_at = 5000 + MONTH;
        it.expires_at = 5000 + MONTH + SKEW;
    });
    let limits = Limits::default();
    assert_eq!(confirmed(&login, &proof(), &limits, 5000), expected);
    let other = Proof {
        secret: secret(2),
        ..proof()
    };
    let expected = with(&expected, |it| {
        it.remember.as_mut().unwrap().secret = secret(2).hash();
    });
    assert_eq!(confirmed(&login, &other, &limits, 5000), expected);
}

#[test]
fn the_session_that_a_confirm_has_replaced_is_known_for_a_minute() {
    let limits = Limits::default();
    let login = confirmed(&plain(), &proof(), &limits, 5000);
    for now in [4000, 5000, 5060] {
        assert!(is_just_replaced(&login, 1000, now), "at {now}");
        assert!(
            !is_just_replaced(&login, 5000, now),
            "that is the present one"
        );
        assert!(!is_just_replaced(&login, 999, now), "that is an older one");
        assert!(!is_just_replaced(&login, 5001, now));
    }
    assert!(!is_just_replaced(&login, 1000, 5061));
    assert!(
        !is_just_replaced(&plain(), 999, 1000),
        "nothing was confirmed"
    );
    // A form that was sent twice, and one that was sent again later.
    let twice = confirmed(&login, &proof(), &limits, 5060);
    assert!(is_just_replaced(&twice, 1000, 5060));
    assert!(is_just_replaced(&twice, 5000, 5060));
    let later = confirmed(&login, &proof(), &limits, 5061);
    assert!(!is_just_replaced(&later, 1000, 5061));
    assert!(is_just_replaced(&later, 5000, 5061));
    let restored = restored(&login, None, Restore::Plain, &limits, 5010);
    assert!(!is_just_replaced(&restored, 1000, 5010));
}

#[test]
fn a_login_that_is_not_remembered_stays_so() {
    let limits = Limits::default();
    assert_eq!(confirmed(&plain(), &proof(), &limits, 5000).remember, None);
    let restored = restored(&plain(), None, Restore::Shown(1000), &limits, 5000);
    assert_eq!(restored.remember, None);
    assert_eq!(seen(&plain(), Some(1000), &limits, 5000).remember, None);
}

#[test]
fn what_theft_has_ended_is_kept_for_a_day_and_not_listed() {
    let limits = Limits::default();
    let login = ended(&remembered(), &limits, 5000);
    let expected = with(&remembered(), |it| {
        it.version = 2;
        it.remember.as_mut().unwrap().ended_at = Some(5000);
        it.expires_at = 5000 + DAY + SKEW;
    });
    assert_eq!(login, expected);
    assert!(limits.lives(&remembered(), 5000));
    assert!(!limits.lives(&login, 5000));
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
    for step in 0..6 {
        // A clock that was set back, and one that stands still.
        let now = [2000, 1000, 1000, 2000, 2500, 2500][step];
        login = match step {
            0 | 3 => seen(&login, None, &limits, now),
            1 | 4 => restored(&login, None, Restore::Plain, &limits, now),
            _ => confirmed(&login, &proof(), &limits, now),
        };
        course.push((login.generation, login.version));
    }
    let expected = [
        (1000, 1),
        (1000, 2),
        (1001, 3),
        (1002, 4),
        (1002, 5),
        (2500, 6),
        (2501, 7),
    ];
    assert_eq!(course, expected);
    let early = begun(beginning(), &limits, -5);
    assert_eq!(early.generation, 1);
}

#[test]
fn numbers_that_can_grow_no_more_stay() {
    let limits = Limits::default();
    let login = with(&remembered(), |it| {
        it.generation = u64::MAX;
        it.version = u64::MAX;
    });
    let login = confirmed(&login, &proof(), &limits, i64::MAX);
    let highest = i64::MAX.cast_unsigned();
    assert_eq!((login.generation, login.version), (highest, u64::MAX));
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
    for changed in [
        seen(&login, None, &limits, 5000),
        seen(&login, Some(1000), &limits, 5000),
        restored(&login, None, Restore::Shown(1000), &limits, 5000),
        restored(&login, None, Restore::Plain, &limits, 5000),
        confirmed(&login, &proof(), &limits, 5000),
        ended(&login, &limits, 5000),
        freshened(&login, 5000),
        rehashed(&login, None, &limits),
    ] {
        assert_eq!(changed.unknown, login.unknown);
        let [before, after] = [&login, &changed].map(|it| it.remember.as_ref().unwrap());
        assert_eq!(after.unknown, before.unknown);
    }
}
