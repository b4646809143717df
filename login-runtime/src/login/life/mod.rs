//! What happens to a record: each change of one, as a function of the record, the limits and now.
//!
//! | | generation | session began | last seen | fresh | remembered | identifier, auth hash |
//! |---|---|---|---|---|---|---|
//! | [`begun`] | 0 | now | now | as asked | as asked, first token | as given |
//! | [`seen`] | | | now | | the token has arrived | |
//! | [`restored`] | + 1 | now | now | no | next token | identifier |
//! | [`confirmed`] | + 1 | now | now | now | next token, its time anew | both |
//! | [`rehashed`] | | | | | | auth hash |
//!
//! Each of them ends in [`stamped`]: one version up, with the expiry that follows from the rest. What
//! was last seen never goes back. A store that keeps no records of its own could not notice a copy
//! of a token; there the token stays at a restore and is replaced in its place at a confirm.

#[cfg(test)]
mod tests;

use std::{net::IpAddr, sync::Arc};

use super::{
    Limits, Login, LoginId, PreviousToken, Unknown,
    remember::{Place, Token, handed_out},
};
use crate::crypto::Digest;

/// What a login begins with.
pub(crate) struct Beginning {
    pub(crate) id: LoginId,
    pub(crate) realm: Arc<str>,
    pub(crate) user_id: Box<str>,
    pub(crate) fresh: bool,
    pub(crate) forced: bool,
    /// The first token, and for how many seconds it is remembered.
    pub(crate) remember: Option<(Token, i64)>,
    pub(crate) identifier: Option<Digest>,
    pub(crate) auth_hash: Option<Digest>,
    pub(crate) user_agent: Option<Box<str>>,
    pub(crate) address: Option<IpAddr>,
}

/// What is noted of a user who has entered the password again.
pub(crate) struct Proof {
    pub(crate) identifier: Option<Digest>,
    pub(crate) auth_hash: Option<Digest>,
    /// For a login that is remembered.
    pub(crate) token: Token,
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
    let remember = remember.map(|(token, seconds)| {
        let expires_at = now.saturating_add(seconds);
        Box::new(handed_out(&token, Place::First, now, expires_at))
    });
    let login = Login {
        id,
        realm,
        user_id,
        generation: 0,
        version: 0,
        created_at: now,
        authenticated_at: now,
        session_started_at: now,
        last_seen_at: now,
        fresh_since: fresh.then_some(now),
        identifier,
        auth_hash,
        forced,
        remember,
        user_agent,
        address,
        expires_at: 0,
        unknown: Unknown::default(),
    };
    stamped(login, limits)
}

/// A request came with the session's cookie, so the cookies that were set with it have arrived.
pub(crate) fn seen(login: &Login, limits: &Limits, now: i64) -> Login {
    let mut seen = login.clone();
    seen.last_seen_at = seen.last_seen_at.max(now);
    if let Some(remember) = &mut seen.remember {
        remember.acknowledged = true;
    }
    stamped(seen, limits)
}

/// A new session of a remembered login; `token` is the next one and what it follows, where the
/// store can tell a copy.
pub(crate) fn restored(
    login: &Login,
    identifier: Option<Digest>,
    token: Option<(&Token, PreviousToken)>,
    limits: &Limits,
    now: i64,
) -> Login {
    let mut restored = login.clone();
    restored.generation = restored.generation.saturating_add(1);
    restored.session_started_at = now;
    restored.last_seen_at = restored.last_seen_at.max(now);
    restored.fresh_since = None;
    restored.identifier = identifier;
    if let (Some(remember), Some((token, previous))) = (&mut restored.remember, token) {
        let place = Place::After(remember, previous);
        **remember = handed_out(token, place, now, remember.expires_at);
    }
    stamped(restored, limits)
}

/// The password was entered again; `revocable` is whether the store can tell a copy of a token.
pub(crate) fn confirmed(
    login: &Login,
    proof: &Proof,
    revocable: bool,
    limits: &Limits,
    now: i64,
) -> Login {
    let mut confirmed = freshened(login, now);
    confirmed.generation = confirmed.generation.saturating_add(1);
    confirmed.authenticated_at = now;
    confirmed.session_started_at = now;
    confirmed.last_seen_at = confirmed.last_seen_at.max(now);
    confirmed.identifier = proof.identifier;
    confirmed.auth_hash = proof.auth_hash;
    if let Some(remember) = &mut confirmed.remember {
        // Remembering runs from the last password entry, for as long as it was first asked for.
        let duration = remember.expires_at.saturating_sub(login.authenticated_at);
        let place = match revocable {
            true => Place::After(
                remember,
                PreviousToken {
                    token: remember.token,
                    counter: remember.counter,
                },
            ),
            false => Place::Of(remember),
        };
        **remember = handed_out(&proof.token, place, now, now.saturating_add(duration));
    }
    stamped(confirmed, limits)
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
