//! Who is asking: the order in which the sources of a login are looked at, once per request.

mod ask;
mod record;
mod user;

use std::mem;

use axum::http::request::Parts;

use crate::{
    event::LoginEvent,
    request::{Asking, Current, Failure, Known, LoginHandle, RequestLogin, Stage, State, Via},
    ticket::Presented,
};

/// How often a record that keeps changing is looked at anew.
pub(crate) const ATTEMPTS: usize = 3;

impl LoginHandle {
    /// The login that the request's cookies stand for.
    pub(crate) async fn record(&self, parts: &Parts) -> Result<Option<Current>, Failure> {
        match self.record_at_once(parts) {
            Ok(answer) => answer,
            // In a box, because every guard's future would have room for it otherwise: 600 bytes.
            Err(presented) => Box::pin(self.record_in_time(presented, parts)).await,
        }
    }

    /// The login, or else the cookies that say where to look for it.
    fn record_at_once(&self, parts: &Parts) -> Result<Result<Option<Current>, Failure>, Presented> {
        let mut state = self.state();
        match state.record.ask() {
            Asking::Answer(answer) => return Ok(answer),
            Asking::Recursion => return Ok(Err(recursion(&mut state))),
            Asking::Resolve => {}
        }
        let Some(presented) = self.presented(&mut state, parts) else {
            state.record = Stage::Known(None);
            return Ok(Ok(None));
        };
        let now = state.now(&self.manager);
        let Some(current) = self.known_at_once(&presented, parts, now) else {
            state.record = Stage::Resolving;
            return Err(presented);
        };
        state.record = Stage::Known(Some(current.clone()));
        Ok(Ok(Some(current)))
    }

    async fn record_in_time(
        &self,
        presented: Presented,
        parts: &Parts,
    ) -> Result<Option<Current>, Failure> {
        let reset = Reset {
            login: self,
            stage: |state| reset(&mut state.record),
        };
        let result = self.find_record(&presented, parts, self.now()).await;
        self.state().record.finish(&result);
        // Settled, so there is nothing to open again: spares a lock.
        mem::forget(reset);
        result
    }

    /// The user that the request comes from.
    pub(crate) async fn user(&self, parts: &mut Parts) -> Result<Option<Known>, Failure> {
        self.user_via(parts, Via::Any).await
    }

    /// The user that the request comes from, found in a way that a guard accepts.
    ///
    /// Who that is, is settled by the first to ask: a guard that refuses cookies makes the user of
    /// the API key the user of the whole request, whatever cookie came along.
    pub(crate) async fn user_via(
        &self,
        parts: &mut Parts,
        via: Via,
    ) -> Result<Option<Known>, Failure> {
        {
            let mut state = self.state();
            match state.user.ask() {
                Asking::Answer(answer) => {
                    return answer.map(|known| known.filter(|known| known.is_via(via)));
                }
                Asking::Recursion => return Err(recursion(&mut state)),
                Asking::Resolve => state.user = Stage::Resolving,
            }
        }
        let reset = Reset {
            login: self,
            stage: |state| reset(&mut state.user),
        };
        self.manager.emit(|| LoginEvent::UserAccessed);
        let mut result = self.find_user(parts, via).await;
        let mut state = self.state();
        if state.misused {
            result = Err(Failure::Misuse);
        }
        state.user.finish(&result);
        drop(state);
        mem::forget(reset);
        result
    }
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
