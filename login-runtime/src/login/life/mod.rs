//! What happens to a record: each change of one, as a function of the record, the limits and now.
//!
//! | | generation | session began | last seen | fresh | remembered | identifier, auth hash |
//! |---|---|---|---|---|---|---|
//! | [`begun`] | now | now | now | as asked | as asked, with a secret | as given |
//! | [`seen`] | | | now | | a generation is shown, if one is | |
//! | [`restored`] | the next | now | now | no | a generation is shown, and counted if it is an old one | identifier |
//! | [`confirmed`] | the next | now | now | now | its time anew | both |
//! | [`rehashed`] | | | | | | auth hash |
//! | [`ended`] | | | | | | |
//!
//! Each of them ends in [`stamped`]: one version up, with the expiry that follows from the rest. What
//! was last seen never goes back. The next generation is one more, or now if that is more: a store
//! that was rolled back cannot hand one out twice.

#[cfg(test)]
pub(super) mod tests;

use std::{net::IpAddr, sync::Arc};

use super::{
    Limits, Login, LoginId, Remember, Unknown, age,
    remember::{Restore, Secret},
};
use crate::crypto::Digest;

/// For how long the session that a confirm has replaced is let in, in seconds.
const REPLACED: i64 = 60;

/// What a login begins with.
pub(crate) struct Beginning {
    pub(crate) id: LoginId,
    pub(crate) realm: Arc<str>,
    pub(crate) user_id: Box<str>,
    pub(crate) fresh: bool,
    pub(crate) forced: bool,
    /// The secret, and for how many seconds the login is remembered.
    pub(crate) remember: Option<(Secret, i64)>,
    pub(crate) identifier: Option<Digest>,
    pub(crate) auth_hash: Option<Digest>,
    pub(crate) user_agent: Option<Box<str>>,
    pub(crate) address: Option<IpAddr>,
}

/// What is noted of a user who has entered the password again.
pub(crate) struct Proof {
    pub(crate) identifier: Option<Digest>,
    pub(crate) auth_hash: Option<Digest>,
    /// For a login that is remembered: the one that the browser has, or a new one.
    pub(crate) secret: Secret,
}

/// A new record: the user has just proved to be the one.
pub(crate) fn begun(beginning: Beginning, limits: &Limits, now: i64) -> Login {
    let Beginning {
        id,
        realm,
        user_id,
        fresh,
        forced,
        remember,
        identifier,
        auth_hash,
        user_agent,
        address,
    } = beginning;
    let generation = next_generation(0, now);
    let remember = remember.map(|(secret, seconds)| {
        let expires_at = now.saturating_add(seconds);
        let remember = Remember::begun(secret.hash(), generation, now, expires_at);
        Box::new(remember)
    });
    let login = Login {
        id,
        realm,
        user_id,
        generation,
        version: 0,
        created_at: now,
        authenticated_at: now,
        session_started_at: now,
        last_seen_at: now,
        fresh_since: fresh.then_some(now),
        identifier,
        auth_hash,
        forced,
        replaced: 0,
        remember,
        user_agent,
        address,
        expires_at: 0,
        unknown: Unknown::default(),
    };
    stamped(login, limits)
}

/// A request came with the session's cookie; `shows` is its generation, where that is news.
pub(crate) fn seen(login: &Login, shows: Option<u64>, limits: &Limits, now: i64) -> Login {
    let mut seen = login.clone();
    seen.last_seen_at = seen.last_seen_at.max(now);
    if let (Some(remember), Some(generation)) = (&mut seen.remember, shows) {
        remember.show(generation, limits.overlap, now);
        remember.strikes = 0;
    }
    stamped(seen, limits)
}

/// A new session of a remembered login.
pub(crate) fn restored(
    login: &Login,
    identifier: Option<Digest>,
    by: Restore,
    limits: &Limits,
    now: i64,
) -> Login {
    let mut restored = with_new_session(login, now);
    restored.fresh_since = None;
    restored.identifier = identifier;
    if let Some(remember) = &mut restored.remember {
        match by {
            Restore::Shown(generation) if generation > remember.shown => {
                remember.show(generation, limits.overlap, now);
                remember.strikes = 0;
            }
            Restore::Counted(generation) => {
                remember.show(generation, limits.overlap, now);
                remember.strikes = remember.strikes.saturating_add(1);
            }
            Restore::Shown(_) | Restore::Plain => {}
        }
    }
    stamped(restored, limits)
}

/// The password was entered again.
pub(crate) fn confirmed(login: &Login, proof: &Proof, limits: &Limits, now: i64) -> Login {
    let mut confirmed = freshened(&with_new_session(login, now), now);
    let oldest = match is_just_begun(login, now) {
        // A form that was sent twice: the session before the first is still on its way.
        true => login.generation.saturating_sub(login.replaced.into()),
        false => login.generation,
    };
    let replaced = confirmed.generation.saturating_sub(oldest);
    confirmed.replaced = replaced.try_into().unwrap_or(0);
    confirmed.authenticated_at = now;
    confirmed.identifier = proof.identifier;
    confirmed.auth_hash = proof.auth_hash;
    if let Some(remember) = &mut confirmed.remember {
        // Remembering runs from the last password entry, for as long as it was first asked for.
        let duration = remember.expires_at.saturating_sub(login.authenticated_at);
        remember.expires_at = now.saturating_add(duration);
        remember.secret = proof.secret.hash();
    }
    stamped(confirmed, limits)
}

/// Whether a session of this generation is one that a confirm has replaced a moment ago.
pub(crate) fn is_just_replaced(login: &Login, generation: u64, now: i64) -> bool {
    let ago = login.generation.checked_sub(generation);
    ago.is_some_and(|ago| (1..=login.replaced.into()).contains(&ago)) && is_just_begun(login, now)
}

fn is_just_begun(login: &Login, now: i64) -> bool {
    age(now, login.session_started_at) <= REPLACED
}

fn with_new_session(login: &Login, now: i64) -> Login {
    let mut login = login.clone();
    login.generation = next_generation(login.generation, now);
    login.replaced = 0;
    login.session_started_at = now;
    login.last_seen_at = login.last_seen_at.max(now);
    login
}

fn next_generation(generation: u64, now: i64) -> u64 {
    let next = generation.saturating_add(1);
    let now = now.max(0).cast_unsigned();
    // Its cookie has the highest bit for something else.
    next.max(now).min(i64::MAX.cast_unsigned())
}

/// Theft was noticed: the login counts no more.
pub(crate) fn ended(login: &Login, limits: &Limits, now: i64) -> Login {
    let mut ended = login.clone();
    if let Some(remember) = &mut ended.remember {
        remember.ended_at = Some(now);
    }
    stamped(ended, limits)
}

/// A login that is fresh from now on, for the rest of a request before which nothing is written.
pub(crate) fn freshened(login: &Login, now: i64) -> Login {
    let mut fresh = login.clone();
    fresh.fresh_since = Some(now);
    fresh
}

/// The digest of the auth hash was made anew, under the key that signs.
pub(crate) fn rehashed(login: &Login, auth_hash: Option<Digest>, limits: &Limits) -> Login {
    let mut rehashed = login.clone();
    rehashed.auth_hash = auth_hash;
    stamped(rehashed, limits)
}

/// The record as it is to be written: with the next version and its new expiry.
fn stamped(mut login: Login, limits: &Limits) -> Login {
    login.version = login.version.saturating_add(1);
    login.expires_at = limits.expiry(&login);
    login
}
