//! Who is asking: the order in which the sources of a login are looked at, once per request.

mod login;
mod restore;
mod user;
mod websocket;

use std::{mem, sync::Arc};

use axum::http::request::Parts;

pub(crate) use user::carries_valid_credential;
pub(crate) use websocket::{WrongOrigin, is_websocket, may_use_cookies, opened_by};

use crate::{
    cookie::PresentedCookies,
    event::{LoginEventKind, Whom},
    request::{
        CurrentLogin, Failure, FoundBy, FoundUser, LoginHandle, Memo, RequestLogin, RequestState,
        Staged, Via,
    },
    user::AnyUser,
};

/// How far looking for a login has come without waiting.
enum Begun {
    Done(Result<Option<CurrentLogin>, Failure>),
    By(Box<PresentedCookies>),
}

/// The login that the request's cookies stand for.
pub(crate) async fn login(
    handle: &LoginHandle,
    parts: &mut Parts,
) -> Result<Option<CurrentLogin>, Failure> {
    // A statement of its own, so that the lock is let go.
    let begun = begin(handle, &mut handle.state(), parts);
    end(handle, begun, parts).await
}

/// The login where that can be told at once, or else the cookies that say where to look for it.
#[inline]
fn begin(handle: &LoginHandle, state: &mut RequestState, parts: &Parts) -> Begun {
    match &state.record {
        Memo::Unasked => {}
        Memo::Resolving => return Begun::Done(Err(recursion(state))),
        Memo::Known(current) => return Begun::Done(Ok(current.clone())),
        Memo::Failed(failure) => return Begun::Done(Err(*failure)),
    }
    let Some(presented) = login::presented(handle, state, parts) else {
        state.record = Memo::Known(None);
        return Begun::Done(Ok(None));
    };
    let now = state.now(&handle.realm);
    let Some(current) = login::known_at_once(handle, &presented, parts, now) else {
        state.record = Memo::Resolving;
        // In a box, because every guard's future would have room for it otherwise.
        return Begun::By(Box::new(presented));
    };
    state.record = Memo::Known(Some(current.clone()));
    Begun::Done(Ok(Some(current)))
}

async fn end(
    handle: &LoginHandle,
    begun: Begun,
    parts: &mut Parts,
) -> Result<Option<CurrentLogin>, Failure> {
    match begun {
        Begun::Done(answer) => answer,
        // As above: 1,400 bytes.
        Begun::By(presented) => Box::pin(in_time(handle, &presented, parts)).await,
    }
}

async fn in_time(
    handle: &LoginHandle,
    presented: &PresentedCookies,
    parts: &mut Parts,
) -> Result<Option<CurrentLogin>, Failure> {
    let reset = Reset {
        login: handle,
        reset: |state| reset(&mut state.record),
    };
    let result = login::find(handle, presented, parts, handle.now()).await;
    handle.state().record = Memo::of(result.clone());
    // Settled, so there is nothing to open again: spares a lock.
    mem::forget(reset);
    result
}

/// The user that the request comes from.
pub(crate) async fn user(
    handle: &LoginHandle,
    parts: &mut Parts,
) -> Result<Option<Arc<dyn AnyUser>>, Failure> {
    settle(handle, parts, Via::Any).await?;
    Ok(handle.present_user())
}

/// Finds the user that the request comes from, in a way that a guard accepts, and says in which.
///
/// Who that is, is settled by the first to ask: a guard that refuses cookies makes the user of
/// the API key the user of the whole request, whatever cookie came along.
pub(crate) async fn settle(
    handle: &LoginHandle,
    parts: &mut Parts,
    via: Via,
) -> Result<Option<FoundBy>, Failure> {
    let found_by = |known: &Option<FoundUser>| known.as_ref().map(|known| known.by);
    let record = {
        let mut state = handle.state();
        // Whom a layer further out logs in is the user from there on.
        if let Some(Staged::Login(_)) = state.staged {
            let by = (!state.foreign_socket).then_some(FoundBy::Session);
            return Ok(by.filter(|by| via.accepts(*by)));
        }
        match &state.user {
            Memo::Unasked => {}
            Memo::Resolving => return Err(recursion(&mut state)),
            Memo::Known(known) => return Ok(found_by(known).filter(|by| via.accepts(*by))),
            Memo::Failed(failure) => return Err(*failure),
        }
        // Under the same lock, which spares one.
        let record = (via != Via::Request).then(|| begin(handle, &mut state, parts));
        state.user = Memo::Resolving;
        record
    };
    let reset = Reset {
        login: handle,
        reset: |state| reset(&mut state.user),
    };
    handle.emit(LoginEventKind::UserAccessed, Whom::Nobody);
    let mut result = user::find(handle, parts, via, record).await;
    let mut state = handle.state();
    if state.misused {
        result = Err(Failure::Misuse);
    }
    let answer = result.as_ref().map(found_by).map_err(|failure| *failure);
    state.user = Memo::of(result);
    drop(state);
    mem::forget(reset);
    answer
}

fn recursion(state: &mut RequestState) -> Failure {
    tracing::error!(
        target: "login_runtime",
        "a loader asks for the login that it is loading; take `CurrentUser`, `LoggedIn` and \
         guards out of the loader's arguments",
    );
    state.misused = true;
    Failure::Misuse
}

/// A question whose asker went away is open again.
struct Reset<'a> {
    login: &'a RequestLogin,
    reset: fn(&mut RequestState),
}

impl Drop for Reset<'_> {
    fn drop(&mut self) {
        (self.reset)(&mut self.login.state());
    }
}

fn reset<T>(memo: &mut Memo<T>) {
    if matches!(memo, Memo::Resolving) {
        *memo = Memo::Unasked;
    }
}
