//! What happens after the handler has answered: staged actions, then the headers.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::headers::write_headers;
use crate::{
    event::{LoginEventKind, Whom},
    login::{Login, life, remember::Token},
    realm::NEVER,
    request::{ATTEMPTS, Failure, LoginHandle, Staged, StagedConfirm, StagedLogin},
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
        || state.next_sent
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
    let realm = &*handle.realm;
    let StagedLogin {
        login,
        session_line,
        remember_line,
        user: _,
    } = staged;
    let login = Arc::new(login);
    let cap = realm.limits.logins_per_user;
    handle
        .ask_store(realm.store.create(Arc::clone(&login), cap))
        .await?;
    let new_device = is_new_device(handle, &login).await;
    forget_some(handle).await;
    // Nothing is awaited after the last of them, which is the one of the session.
    let old = handle.state().verified.clone();
    for old in old.iter().rev() {
        if let Err(failure) = handle.delete(old.id, &old.carried).await {
            // Nobody gets the new login's cookies, so it would only stand in the list of devices.
            let _ = handle.delete(login.id, &realm.store.carry(&login)).await;
            return Err(failure);
        }
    }
    let mut state = handle.state();
    state.out().session = Some(session_line);
    state.out().remember = remember_line;
    state.next_removed = state.next_sent;
    drop(state);
    let kind = LoginEventKind::UserLoggedIn {
        remembered: login.remember.is_some(),
        new_device,
    };
    handle.emit(kind, Whom::Login(&login));
    Ok(())
}

/// Whether no other live login of the user has the client's name; asked only for those who listen.
async fn is_new_device(handle: &LoginHandle, login: &Login) -> Option<bool> {
    let realm = &*handle.realm;
    if realm.hooks.is_empty() || !realm.store.revocable() {
        return None;
    }
    let listed = realm.store.list_user(&realm.records, &login.user_id);
    // That it is not known ends no login; what the store said has been logged.
    let known = handle.ask_store(listed).await.ok()?;
    let now = handle.now();
    let is_same = |known: &Arc<Login>| {
        known.id != login.id
            && known.user_agent == login.user_agent
            && realm.limits.lives(known, now)
    };
    Some(!known.iter().any(is_same))
}

/// Forgets a few logins that are over. Where many are, every login does; where few are, one in a
/// while, because looking costs more than the login itself.
async fn forget_some(handle: &LoginHandle) {
    let realm = &*handle.realm;
    let now = handle.now();
    let looked = realm.purged_at.load(Ordering::Relaxed);
    let pause = looked..looked.saturating_add(PURGE_PAUSE);
    let purges = realm.store.revocable() && !realm.store.records_expire();
    if !purges || pause.contains(&now) {
        return;
    }
    realm.purged_at.store(now, Ordering::Relaxed);
    let over = realm
        .store
        .purge_expired(&realm.records, now.into(), PURGED_AT_LOGIN);
    // Failing to forget others does not concern this user; it has been logged.
    if let Ok(purged) = handle.ask_store(over).await
        && purged >= PURGED_AT_LOGIN as u64
    {
        realm.purged_at.store(NEVER, Ordering::Relaxed);
    }
}

async fn confirm(handle: &LoginHandle, staged: StagedConfirm) -> Result<(), Failure> {
    let realm = &*handle.realm;
    let (now, revocable) = (staged.now, realm.store.revocable());
    let mut login = Arc::clone(&staged.current.login);
    for _ in 0..ATTEMPTS {
        let confirmed = life::confirmed(&login, &staged.proof, revocable, &realm.limits, now);
        let confirmed = Arc::new(confirmed);
        let update = realm.store.update(Arc::clone(&confirmed));
        match handle.ask_store(update).await? {
            Update::Updated => {
                return set_confirmed_cookies(handle, &confirmed, &staged.proof.token, now);
            }
            Update::Changed => {
                let carried = realm.store.carry(&login);
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

fn set_confirmed_cookies(
    handle: &LoginHandle,
    login: &Login,
    token: &Token,
    now: i64,
) -> Result<(), Failure> {
    let realm = &*handle.realm;
    let carried = realm.store.carry(login);
    let too_long = |_| {
        tracing::error!(target: "login_runtime", "a confirmed login does not fit its cookie");
        Failure::Unavailable
    };
    let session = realm
        .cookies
        .session_line(login, &carried, now, &realm.limits)
        .map_err(too_long)?;
    let remember = match login.remember {
        Some(_) => realm
            .cookies
            .remember_line(login, Some(token), &carried, now)
            .map_err(too_long)?,
        None => None,
    };
    let mut state = handle.state();
    state.out().session = Some(session);
    state.next_removed = state.next_sent;
    if remember.is_some() {
        state.out().remember = remember;
    }
    drop(state);
    handle.emit(LoginEventKind::UserLoginConfirmed, Whom::Login(login));
    Ok(())
}
