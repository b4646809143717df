//! What happens after the handler has answered: staged actions, cookies, cache headers.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, SET_COOKIE, VARY},
    },
    response::{IntoResponse, Response},
};

use crate::{
    event::LoginEvent,
    loader::Source,
    login::{
        Login, PreviousToken, Remember,
        remember::{self, Token},
    },
    manager::NEVER,
    request::{Failure, LoginHandle, State},
    resolve::ATTEMPTS,
    session::{Staged, StagedConfirm, StagedLogin},
    store::Update,
};

/// How many logins that are over are forgotten at a new one.
const PURGED_AT_LOGIN: usize = 32;

/// For how long nobody looks for more of them after a look that found fewer, in seconds.
const PURGE_PAUSE: i64 = 10;

/// Finishes a response for which nothing was staged; says whether that is all.
///
/// Most requests left nothing to do at all, and nearly all others only headers to write. Those do
/// not get a future in a box, and the state is locked once.
#[inline]
pub(crate) fn finish(handle: &LoginHandle, response: &mut Response) -> bool {
    let mut state = handle.state();
    state.sent = true;
    if state.staged.is_some() {
        return false;
    }
    let consulted = state.asked.cookie
        || state.asked.loaders != 0
        || state.asked.refused
        || state.flash.is_touched()
        || state.next_removed
        || state.out.is_some();
    if consulted {
        write_headers(handle, &mut state, response);
    }
    true
}

/// Carries out what was staged, and writes the headers.
pub(crate) async fn commit(handle: LoginHandle, mut response: Response) -> Response {
    let staged = handle.state().staged.take();
    if response.status().as_u16() < 500 {
        let done = match staged {
            Some(Staged::Login(staged)) => log_in(&handle, *staged).await,
            Some(Staged::Confirm(staged)) => confirm(&handle, *staged).await,
            None => Ok(()),
        };
        if done.is_err() {
            response = StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    let mut state = handle.state();
    state.flash.settle(response.status().as_u16() < 500);
    write_headers(&handle, &mut state, &mut response);
    drop(state);
    response
}

/// The new record first, the old ones last: whoever is cut off in between is still logged in.
async fn log_in(handle: &LoginHandle, staged: StagedLogin) -> Result<(), Failure> {
    let manager = &*handle.manager;
    let StagedLogin {
        login,
        session_line,
        remember_line,
        user: _,
    } = staged;
    let (id, user_id) = (login.id, login.user_id.to_string());
    let remembered = login.remember.is_some();
    let login = Arc::new(login);
    let create = manager
        .store
        .create(Arc::clone(&login), manager.limits.logins_per_user);
    handle.ask_store(create).await?;
    forget_some(handle).await;
    // Nothing is awaited after the last of them, which is the one of the session.
    let old = handle.state().verified.clone();
    for old in old.iter().rev() {
        if let Err(failure) = handle.delete(old.id, &old.carried).await {
            // Nobody gets the new login's cookies, so it would only stand in the list of devices.
            let _ = handle.delete(id, &manager.store.carry(&login)).await;
            return Err(failure);
        }
    }
    let mut state = handle.state();
    state.out().session = Some(session_line);
    state.out().remember = remember_line;
    drop(state);
    manager.emit(|| LoginEvent::UserLoggedIn {
        user_id,
        login: id,
        remembered,
    });
    Ok(())
}

/// Forgets a few logins that are over. Where many are, every login does; where few are, one in a
/// while, because looking costs more than the login itself.
async fn forget_some(handle: &LoginHandle) {
    let manager = &*handle.manager;
    let now = handle.now();
    let looked = manager.purged_at.load(Ordering::Relaxed);
    let pause = looked..looked.saturating_add(PURGE_PAUSE);
    let purges = manager.store.revocable() && !manager.store.records_expire();
    if !purges || pause.contains(&now) {
        return;
    }
    manager.purged_at.store(now, Ordering::Relaxed);
    let over = manager
        .store
        .purge_expired(&manager.realm, now.into(), PURGED_AT_LOGIN);
    // Failing to forget others does not concern this user; it has been logged.
    if let Ok(purged) = handle.ask_store(over).await
        && purged >= PURGED_AT_LOGIN as u64
    {
        manager.purged_at.store(NEVER, Ordering::Relaxed);
    }
}

async fn confirm(handle: &LoginHandle, staged: StagedConfirm) -> Result<(), Failure> {
    let manager = &*handle.manager;
    let now = staged.now;
    let mut login = Arc::clone(&staged.current.login);
    for _ in 0..ATTEMPTS {
        let confirmed = Arc::new(handle.stamped(confirmed(handle, &login, &staged)));
        match handle
            .ask_store(manager.store.update(Arc::clone(&confirmed)))
            .await?
        {
            Update::Updated => {
                return set_confirmed_cookies(handle, &confirmed, &staged.token, now);
            }
            Update::Changed => {
                let carried = manager.store.carry(&login);
                let Some(changed) = handle.load(login.id, &carried).await? else {
                    return Ok(());
                };
                login = changed;
            }
            // Logged out meanwhile: that stays so.
            Update::Gone => return Ok(()),
        }
    }
    tracing::error!(target: "login_runtime", "a login kept changing while it was confirmed");
    Err(Failure::Unavailable)
}

/// A login after its password was entered again.
fn confirmed(handle: &LoginHandle, login: &Login, staged: &StagedConfirm) -> Login {
    let now = staged.now;
    let mut confirmed = login.clone();
    confirmed.generation = confirmed.generation.saturating_add(1);
    confirmed.authenticated_at = now;
    confirmed.session_started_at = now;
    confirmed.last_seen_at = confirmed.last_seen_at.max(now);
    confirmed.fresh_since = Some(now);
    confirmed.identifier = staged.identifier;
    confirmed.auth_hash = staged.auth_hash;
    confirmed.remember = login.remember.as_ref().map(|remember| {
        let previous = PreviousToken {
            token: remember.token,
            counter: remember.counter,
        };
        // Remembering runs from the last password entry, for as long as it was first asked for.
        let duration = remember.expires_at.saturating_sub(login.authenticated_at);
        let expires_at = now.saturating_add(duration);
        let remember = Remember {
            expires_at,
            ..Remember::clone(remember)
        };
        Box::new(match handle.manager.store.revocable() {
            true => remember::rotated(&remember, previous, &staged.token, now),
            false => Remember {
                token: staged.token.hash(),
                ..remember
            },
        })
    });
    confirmed
}

fn set_confirmed_cookies(
    handle: &LoginHandle,
    login: &Login,
    token: &Token,
    now: i64,
) -> Result<(), Failure> {
    let manager = &*handle.manager;
    let carried = manager.store.carry(login);
    let too_long = |_| {
        tracing::error!(target: "login_runtime", "a confirmed login does not fit its cookie");
        Failure::Unavailable
    };
    let session = manager
        .cookies
        .session_line(login, &carried, now, &manager.limits)
        .map_err(too_long)?;
    let remember = match login.remember {
        Some(_) => manager
            .cookies
            .remember_line(login, Some(token), &carried, now)
            .map_err(too_long)?,
        None => None,
    };
    let mut state = handle.state();
    state.out().session = Some(session);
    if remember.is_some() {
        state.out().remember = remember;
    }
    drop(state);
    let user_id = login.user_id.to_string();
    manager.emit(|| LoginEvent::UserLoginConfirmed { user_id });
    Ok(())
}

fn write_headers(handle: &LoginHandle, state: &mut State, response: &mut Response) {
    let manager = &*handle.manager;
    let headers = response.headers_mut();
    let mut sets_cookie = false;
    let mut set_cookie = |line| {
        headers.append(SET_COOKIE, line);
        sets_cookie = true;
    };
    let mut next = None;
    if let Some(out) = state.out.take() {
        [out.session, out.remember]
            .into_iter()
            .flatten()
            .for_each(&mut set_cookie);
        next = out.next;
    }
    if state.flash.is_touched() {
        let now = state.now(manager);
        state
            .flash
            .line(handle, now)
            .into_iter()
            .for_each(&mut set_cookie);
    }
    if next.is_none() && state.next_removed {
        next = manager.cookies.next.spec.remove();
    }
    next.into_iter().for_each(set_cookie);
    if let Some(vary) = vary(handle, state) {
        headers.append(VARY, vary);
    }
    let opaque = consulted(handle, state).any(|source| matches!(source, Source::Anything));
    let somebody = state.user.known().is_some_and(Option::is_some)
        || state.record.known().is_some_and(Option::is_some);
    let no_store = HeaderValue::from_static("no-store");
    if sets_cookie || opaque || state.flash.shows_text() {
        headers.insert(CACHE_CONTROL, no_store);
    } else if somebody {
        headers.entry(CACHE_CONTROL).or_insert(no_store);
    }
}

fn consulted<'a>(handle: &'a LoginHandle, state: &State) -> impl Iterator<Item = &'a Source> {
    let asked = state.asked.loaders;
    let sources = handle
        .manager
        .request_loaders
        .iter()
        .map(|loader| loader.source());
    sources
        .enumerate()
        .filter(move |(at, _)| asked >> (*at).min(63) & 1 == 1)
        .map(|(_, it)| it)
}

fn vary(handle: &LoginHandle, state: &State) -> Option<HeaderValue> {
    let cookie = state.asked.cookie || state.flash.is_touched() || state.next_removed;
    if cookie && state.asked.loaders == 0 && !state.asked.refused {
        // Every page of somebody with a session cookie: no list, no allocation.
        return Some(HeaderValue::from_static("cookie"));
    }
    let manager = &handle.manager;
    let everything = consulted(handle, state).count() == manager.request_loaders.len();
    if cookie && everything && state.asked.refused {
        // Every refusal but those by `via`: the list is made once.
        let vary = &manager.vary_refused;
        return vary
            .get_or_init(|| vary_list(handle, state, cookie))
            .clone();
    }
    vary_list(handle, state, cookie)
}

fn vary_list(handle: &LoginHandle, state: &State, cookie: bool) -> Option<HeaderValue> {
    let mut names = String::with_capacity(96);
    let mut add = |name: &str| {
        if !names.split(", ").any(|it| it == name) {
            names.push_str(if names.is_empty() { "" } else { ", " });
            names.push_str(name);
        }
    };
    if cookie {
        add("cookie");
    }
    for name in consulted(handle, state).filter_map(Source::header) {
        add(name.as_str());
    }
    if state.asked.refused {
        ["accept", "x-requested-with", "hx-request"]
            .into_iter()
            .for_each(add);
    }
    if names.is_empty() {
        return None;
    }
    HeaderValue::try_from(names).ok()
}
