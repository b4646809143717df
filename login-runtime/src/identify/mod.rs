//! Who is asking: the order in which the sources of a login are looked at, once per request.

mod login;
mod restore;
mod user;
mod websocket;

use std::{mem, sync::Arc};

use axum::http::request::Parts;

pub(crate) use user::carries_valid_credential;
pub(crate) use websocket::{is_websocket, may_use_cookies};

use crate::{
    cookie::Presented,
    event::LoginEvent,
    request::{By, Current, Failure, Known, LoginHandle, RequestLogin, Stage, State, Via},
    user::AnyUser,
};

/// How far looking for a login has come without waiting.
enum Begun {
    Done(Result<Option<Current>, Failure>),
    By(Box<Presented>),
}

/// The login that the request's cookies stand for.
pub(crate) async fn login(handle: &LoginHandle, parts: &Parts) -> Result<Option<Current>, Failure> {
    // A statement of its own, so that the lock is let go.
    let begun = begin(handle, &mut handle.state(), parts);
    end(handle, begun, parts).await
}

/// The login where that can be told at once, or else the cookies that say where to look for it.
#[inline]
fn begin(handle: &LoginHandle, state: &mut State, parts: &Parts) -> Begun {
    match &state.record {
        Stage::Unasked => {}
        Stage::Resolving => return Begun::Done(Err(recursion(state))),
        Stage::Known(current) => return Begun::Done(Ok(current.clone())),
        Stage::Failed(failure) => return Begun::Done(Err(*failure)),
    }
    let Some(presented) = login::presented(handle, state, parts) else {
        state.record = Stage::Known(None);
        return Begun::Done(Ok(None));
    };
    let now = state.now(&handle.manager);
    let Some(current) = login::known_at_once(handle, &presented, parts, now) else {
        state.record = Stage::Resolving;
        // In a box, because every guard's future would have room for it otherwise.
        return Begun::By(Box::new(presented));
    };
    state.record = Stage::Known(Some(current.clone()));
    Begun::Done(Ok(Some(current)))
}

async fn end(
    handle: &LoginHandle,
    begun: Begun,
    parts: &Parts,
) -> Result<Option<Current>, Failure> {
    match begun {
        Begun::Done(answer) => answer,
        // As above: 1,400 bytes.
        Begun::By(presented) => Box::pin(in_time(handle, &presented, parts)).await,
    }
}

async fn in_time(
    handle: &LoginHandle,
    presented: &Presented,
    parts: &Parts,
) -> Result<Option<Current>, Failure> {
    let reset = Reset {
        login: handle,
        stage: |state| reset(&mut state.record),
    };
    let result = login::find(handle, presented, parts, handle.now()).await;
    handle.state().record = Stage::of(result.clone());
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
    Ok(handle.found_user())
}

/// Finds the user that the request comes from, in a way that a guard accepts, and says in which.
///
/// Who that is, is settled by the first to ask: a guard that refuses cookies makes the user of
/// the API key the user of the whole request, whatever cookie came along.
pub(crate) async fn settle(
    handle: &LoginHandle,
    parts: &mut Parts,
    via: Via,
) -> Result<Option<By>, Failure> {
    let found_by = |known: &Option<Known>| known.as_ref().map(|known| known.by);
    let record = {
        let mut state = handle.state();
        match &state.user {
            Stage::Unasked => {}
            Stage::Resolving => return Err(recursion(&mut state)),
            Stage::Known(known) => return Ok(found_by(known).filter(|by| via.accepts(*by))),
            Stage::Failed(failure) => return Err(*failure),
        }
        // Under the same lock, which spares one.
        let record = (via != Via::Request).then(|| begin(handle, &mut state, parts));
        state.user = Stage::Resolving;
        record
    };
    let reset = Reset {
        login: handle,
        stage: |state| reset(&mut state.user),
    };
    handle.manager.emit(|| LoginEvent::UserAccessed);
    let mut result = user::find(handle, parts, via, record).await;
    let mut state = handle.state();
    if state.misused {
        result = Err(Failure::Misuse);
    }
    let answer = result.as_ref().map(found_by).map_err(|failure| *failure);
    state.user = Stage::of(result);
    drop(state);
    mem::forget(reset);
    answer
}

fn recursion(state: &mut State) -> Failure {
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
    stage: fn(&mut State),
}

impl Drop for Reset<'_> {
    fn drop(&mut self) {
        (self.stage)(&mut self.login.state());
    }
}

fn reset<T>(stage: &mut Stage<T>) {
    if matches!(stage, Stage::Resolving) {
        *stage = Stage::Unasked;
    }
}
