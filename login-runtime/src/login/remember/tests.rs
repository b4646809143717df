//! The table of what a remember cookie is good for, line by line.

use super::*;
use crate::login::life::{
    self, Beginning,
    tests::{beginning, remembered},
};

const OVERLAP: i64 = 900;
/// A minute and the skew.
const SETTLED: i64 = 90;

fn limits() -> Limits {
    Limits::default()
}

fn claim(generation: u64, issued_at: i64) -> Claim {
    Claim {
        generation,
        secret: Secret([1; 32]),
        issued_at,
    }
}

/// What a settled cookie of a generation is good for at a time.
fn good_for(login: &Login, generation: u64, now: i64) -> Verdict {
    judge(login, &claim(generation, i64::MIN), true, &limits(), now)
}

const LET_IN: Verdict = Verdict::LetIn;

fn shows(generation: u64) -> Verdict {
    Verdict::Restore(Restore::Shown(generation))
}

fn counted(generation: u64) -> Verdict {
    Verdict::Restore(Restore::Counted(generation))
}

fn refused(why: RememberRefusal) -> Verdict {
    Verdict::Refused(why)
}

/// A login that began at 1000 and was restored by its first cookies at 5000.
fn restored() -> Login {
    life::restored(&remembered(), None, Restore::Shown(1000), &limits(), 5000)
}

/// The same, after its session has been shown at 6000.
fn shown() -> Login {
    life::seen(&restored(), Some(5000), &limits(), 6000)
}

#[test]
fn the_newest_cookies_restore() {
    assert_eq!(good_for(&remembered(), 1000, 1000), shows(1000));
    assert_eq!(good_for(&remembered(), 1000, 900_000), shows(1000));
    assert_eq!(good_for(&restored(), 5000, 5000), shows(5000));
    assert_eq!(good_for(&shown(), 5000, 6000), shows(5000));
}

#[test]
fn the_newest_cookies_are_let_in_until_they_have_settled() {
    let at = |login: &Login, generation, issued_at, now| {
        judge(login, &claim(generation, issued_at), true, &limits(), now)
    };
    // They left the server at 5300, since the handler took five minutes.
    assert_eq!(at(&restored(), 5000, 5300, 5299), LET_IN);
    assert_eq!(at(&restored(), 5000, 5300, 5300 + SETTLED - 1), LET_IN);
    assert_eq!(at(&restored(), 5000, 5300, 5300 + SETTLED), shows(5000));
    // What has been shown already needs no settling; neither do a login's first ones.
    assert_eq!(at(&shown(), 5000, 5999, 6000), shows(5000));
    assert_eq!(at(&remembered(), 1000, 1000, 1000), shows(1000));
}

#[test]
fn after_a_lost_answer_the_former_cookies_are_let_in_and_then_restore_and_count() {
    for now in [0, 5000, 5000 + OVERLAP] {
        assert_eq!(good_for(&restored(), 1000, now), LET_IN, "at {now}");
    }
    let later = 5001 + OVERLAP;
    assert_eq!(good_for(&restored(), 1000, later), counted(1000));
    // So does any that left the server in between.
    assert_eq!(good_for(&restored(), 3000, later), counted(3000));
    let twice = life::restored(&restored(), None, Restore::Counted(1000), &limits(), later);
    assert_eq!(good_for(&twice, 1000, later + OVERLAP), LET_IN);
    assert_eq!(good_for(&twice, 5000, later + OVERLAP), LET_IN);
    assert_eq!(good_for(&twice, 5000, later + OVERLAP + 1), counted(5000));
}

#[test]
fn after_five_restores_in_a_row_that_nobody_showed_a_login_ends() {
    let (mut login, mut now) = (restored(), 5000);
    for count in 1..=STRIKES {
        now += OVERLAP + 1;
        assert_eq!(good_for(&login, 1000, now), counted(1000));
        login = life::restored(&login, None, Restore::Counted(1000), &limits(), now);
        assert_eq!(login.remember.as_ref().unwrap().strikes, count);
    }
    now += OVERLAP;
    assert_eq!(good_for(&login, 1000, now), LET_IN);
    assert_eq!(good_for(&login, 1000, now + 1), Verdict::Unshown);
    // The newest still restore, and a show forgives.
    assert_eq!(
        good_for(&login, login.generation, now + 1),
        shows(login.generation)
    );
    for forgiven in [
        life::seen(&login, Some(login.generation), &limits(), now),
        life::restored(
            &login,
            None,
            Restore::Shown(login.generation),
            &limits(),
            now,
        ),
    ] {
        assert_eq!(forgiven.remember.as_ref().unwrap().strikes, 0);
    }
    let touched = life::seen(&login, None, &limits(), now);
    assert_eq!(touched.remember.as_ref().unwrap().strikes, STRIKES);
}

#[test]
fn what_was_replaced_is_let_in_for_an_overlap_after_the_show_and_then_theft() {
    for now in [0, 6000, 6000 + OVERLAP] {
        assert_eq!(good_for(&shown(), 1000, now), LET_IN, "at {now}");
    }
    assert_eq!(good_for(&shown(), 1000, 6001 + OVERLAP), Verdict::Theft);
    // What was replaced long before the show was never in flight.
    assert_eq!(good_for(&shown(), 999, 6000), Verdict::Theft);
}

#[test]
fn a_later_show_gives_older_cookies_no_more_time() {
    let again = |login: &Login, shown_at| {
        let restored = life::restored(
            login,
            None,
            Restore::Shown(login.generation),
            &limits(),
            shown_at,
        );
        life::seen(
            &restored,
            Some(restored.generation),
            &limits(),
            shown_at + SETTLED,
        )
    };
    // Within the overlap: a burst. The first has its one overlap, what came in between has two.
    let burst = again(&shown(), 6500);
    assert_eq!(good_for(&burst, 1000, 6000 + OVERLAP), LET_IN);
    assert_eq!(good_for(&burst, 1000, 6001 + OVERLAP), Verdict::Theft);
    assert_eq!(good_for(&burst, 5000, 6000 + 2 * OVERLAP), LET_IN);
    assert_eq!(good_for(&burst, 5000, 6001 + 2 * OVERLAP), Verdict::Theft);
    // Shows for as long as anybody likes: three overlaps are the most.
    let (mut login, mut now) = (shown(), 6000);
    while now < 6000 + 3 * OVERLAP {
        now += 600;
        login = again(&login, now);
    }
    assert_eq!(good_for(&login, 1000, now + SETTLED), Verdict::Theft);
    assert_eq!(good_for(&login, 5000, now + SETTLED), Verdict::Theft);
}

#[test]
fn shows_an_overlap_apart_begin_a_new_burst() {
    let show = |login: &Login, at| {
        let restored = life::restored(login, None, Restore::Plain, &limits(), at);
        life::seen(&restored, Some(restored.generation), &limits(), at)
    };
    // More than one overlap after the first show, the generation of that show was the last one.
    let second = show(&shown(), 6001 + OVERLAP);
    assert_eq!(good_for(&second, 5000, 6001 + OVERLAP), LET_IN);
    assert_eq!(good_for(&second, 4999, 6001 + OVERLAP), Verdict::Theft);
    // More than two, whatever was shown within the burst is all that can be on its way.
    let long_after = show(&show(&shown(), 6500), 6001 + 2 * OVERLAP);
    assert_eq!(good_for(&long_after, 6500, 6001 + 2 * OVERLAP), LET_IN);
    assert_eq!(
        good_for(&long_after, 6499, 6001 + 2 * OVERLAP),
        Verdict::Theft
    );
}

#[test]
fn a_generation_from_the_future_is_refused_alone() {
    let ahead = refused(RememberRefusal::AheadOfStore);
    assert_eq!(good_for(&remembered(), 1001, 1000), ahead);
    assert_eq!(
        good_for(&restored(), 5001, 9_000_000),
        refused(RememberRefusal::Expired)
    );
    assert_eq!(good_for(&restored(), u64::MAX, 6000), ahead);
}

#[test]
fn another_secret_is_refused_alone_whatever_its_generation() {
    for generation in [0, 999, 1000, 5000, u64::MAX] {
        let forged = Claim {
            secret: Secret([9; 32]),
            ..claim(generation, 0)
        };
        let verdict = judge(&shown(), &forged, true, &limits(), 900_000);
        assert_eq!(verdict, refused(RememberRefusal::WrongSecret));
    }
}

#[test]
fn remembering_ends_to_the_second() {
    let ends = 1000 + 30 * 24 * 3600;
    assert_eq!(good_for(&remembered(), 1000, ends - 1), shows(1000));
    for generation in [0, 1000, 5000] {
        let expired = refused(RememberRefusal::Expired);
        assert_eq!(good_for(&remembered(), generation, ends), expired);
    }
    let beginning = Beginning {
        remember: None,
        ..beginning()
    };
    let plain = life::begun(beginning, &limits(), 1000);
    let never = refused(RememberRefusal::NotRemembered);
    assert_eq!(good_for(&plain, 1000, 1000), never);
}

#[test]
fn without_a_server_that_could_tell_every_good_cookie_restores() {
    let plain = Verdict::Restore(Restore::Plain);
    for (login, generation) in [(remembered(), 1000), (shown(), 1000), (restored(), 5000)] {
        let claim = claim(generation, 6000);
        assert_eq!(judge(&login, &claim, false, &limits(), 900_000), plain);
    }
}
