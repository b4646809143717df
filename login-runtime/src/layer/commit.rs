//! What happens after the handler has answered: staged actions, then the headers.

use std::sync::{Arc, atomic::Ordering};

use axum::{
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use tracing::Instrument;

use super::headers::write_headers;
use crate::{
    cookie::Earned,
    event::{LoginEventKind, Whom},
    login::{Login, life},
    realm::NEVER,
    request::{
        ATTEMPTS, Failure, LoginHandle, Restored, Staged, StagedConfirm, StagedLogin, too_long,
    },
    store::Update,
};

/// How many expired logins are forgotten at a new one.
const PURGED_AT_LOGIN: usize = 32;

/// How long it takes until expired logins are looked for again, in seconds, after a look that found
/// fewer.
const PURGE_PAUSE: i64 = 10;

/// Finishes a response for which nothing was staged or restored; says whether that is all.
///
/// Most requests left nothing to do at all, and nearly all others only headers to write. Those do
/// not get a future in a box, and the state is locked once.
#[inline]
pub(crate) fn finish(handle: &LoginHandle, response: &mut Response) -> bool {
    let mut state = handle.state();
    state.sent = true;
    if state.staged.is_some() || state.has_restored() {
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

/// Carries out what was staged, in a task of its own: once begun it runs to its end, whether or not
/// anybody still waits for the answer. What is dropped before it is polled has not begun.
pub(crate) async fn commit(handle: LoginHandle, response: Response) -> Response {
    let task = carry_out(handle.clone(), response).in_current_span();
    match tokio::spawn(task).await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(target: "login_runtime", "a login could not be carried out: a panic, or the end of the runtime");
            instead(&handle, Failure::Unavailable)
        }
    }
}

/// Carries out what was staged, hands out the cookies of a restore, and writes the headers.
async fn carry_out(handle: LoginHandle, mut response: Response) -> Response {
    let staged = handle.state().staged.take();
    let done = match staged {
        _ if response.status().as_u16() >= 500 => Ok(()),
        Some(Staged::Login(staged)) => log_in(&handle, *staged).await,
        Some(Staged::Confirm(staged)) => confirm(&handle, *staged).await,
        None => Ok(()),
    };
    let restored = handle
        .state()
        .out
        .as_mut()
        .and_then(|out| out.restored.take());
    let handed_out = match restored {
        Some(restored) => hand_out(&handle, restored).await,
        None => Ok(()),
    };
    if let Err(failure) = done.and(handed_out) {
        response = instead(&handle, failure);
    }
    let mut state = handle.state();
    state.flash.settle(response.status().as_u16() < 500);
    write_headers(&handle, &mut state, &mut response);
    drop(state);
    response
}

/// The answer in place of one whose login could not be carried out. It has the cookies of the managers
/// inside, which stand for what their stores have done, and none of the handler's.
fn instead(handle: &LoginHandle, failure: Failure) -> Response {
    let mut response = failure.status().into_response();
    for line in handle.state().set_inside.drain(..) {
        response.headers_mut().append(SET_COOKIE, line);
    }
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}

/// The new record first, the old ones last: whoever is cut off in between is still logged in.
async fn log_in(handle: &LoginHandle, staged: StagedLogin) -> Result<(), Failure> {
    let realm = &*handle.realm;
    let login = Arc::new(staged.login);
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
            // The new login's cookies go nowhere, so it would only stand in the list of devices.
            let _ = handle.delete(login.id, &realm.store.carry(&login)).await;
            return Err(failure);
        }
    }
    // Whatever the request came with is replaced, a remember cookie too.
    handle.remove_login_cookies();
    handle.set_login_cookies(staged.lines);
    use_up_next(handle);
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

/// Forgets a few logins that have expired. While there are many, every new login does so; otherwise one
/// now and then, because looking costs more than the login itself.
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
    let StagedConfirm { current, proof, .. } = staged;
    // The handler may have been at work for long: the session begins, and its cookies leave, now.
    let now = realm.clock.now().as_secs();
    let mut login = current.login;
    for _ in 0..ATTEMPTS {
        if login.has_ended() {
            return Ok(());
        }
        let confirmed = Arc::new(life::confirmed(&login, &proof, &realm.limits, now));
        let lines = handle
            .login_lines(&confirmed, Earned::ByPassword, Some(&proof.secret), now)
            .map_err(too_long)?;
        let update = realm.store.update(Arc::clone(&confirmed));
        match handle.ask_store(update).await? {
            Update::Updated => {
                handle.set_login_cookies(lines);
                use_up_next(handle);
                let kind = LoginEventKind::UserLoginConfirmed;
                handle.emit(kind, Whom::Login(&confirmed));
                return Ok(());
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

/// The cookies of a restore leave with its own answer or never. Where the record has moved on since,
/// or has gone, they are of no use; where that cannot be told, they may be, and the browser comes with
/// its old ones again, as after an answer that was lost.
async fn hand_out(handle: &LoginHandle, restored: Restored) -> Result<(), Failure> {
    let realm = &*handle.realm;
    let Restored { login, secret } = restored;
    let carried = realm.store.carry(&login);
    let Ok(Some(present)) = handle.load(login.id, &carried).await else {
        return Ok(());
    };
    if present.generation != login.generation || present.has_ended() {
        return Ok(());
    }
    // They settle from now on: the handler may have been at work for long.
    let now = realm.clock.now().as_secs();
    let lines = handle
        .login_lines(&present, Earned::ByRemember, Some(&secret), now)
        .map_err(too_long)?;
    handle.set_login_cookies(lines);
    Ok(())
}

/// Whoever has proved who they are is on the way to the page that was kept for them.
fn use_up_next(handle: &LoginHandle) {
    let mut state = handle.state();
    state.next_removed = state.next_sent;
}
