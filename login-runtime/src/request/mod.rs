//! What is known of one request, through the handle that the layer puts into it.

mod caller;
mod client;
mod effective;
mod found;
mod login_cookies;
pub(crate) mod messages;
pub(crate) mod next_cookie;
mod records;
mod staged;
mod state;

use std::{
    any::TypeId,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::Extensions;

pub(crate) use caller::Caller;
pub(crate) use client::{Client, no_address};
pub(crate) use effective::effective;
pub(crate) use found::{CurrentLogin, FoundBy, FoundUser, Standing, Via};
pub(crate) use login_cookies::{LoginLines, too_long};
pub(crate) use records::ATTEMPTS;
pub(crate) use staged::{Staged, StagedConfirm, StagedLogin};
pub(crate) use state::{Failure, Memo, RequestState, Restored};

use crate::{
    clock::Timestamp,
    event::{LoginEvent, LoginEventKind, Whom},
    realm::Realm,
    user::{AnyUser, UserMixin},
};

/// One manager's view of one request. Several managers are linked, the innermost layer first.
#[derive(Clone)]
pub(crate) struct LoginHandle(Arc<RequestLogin>);

pub(crate) struct RequestLogin {
    pub(crate) realm: Arc<Realm>,
    outer: Option<LoginHandle>,
    caller: Option<Box<Caller>>,
    state: Mutex<RequestState>,
}

impl std::ops::Deref for LoginHandle {
    type Target = RequestLogin;

    fn deref(&self) -> &RequestLogin {
        &self.0
    }
}

/// Why there is no handle to ask.
#[derive(Clone, Copy, Debug)]
pub(crate) enum NoHandle {
    /// The login layer is not in front of this handler.
    NoLayer,
    /// There are layers, but none of a manager for this type of user.
    NoManager(&'static str),
    /// There are several managers, and the guard does not say which.
    Several,
}

impl LoginHandle {
    pub(crate) fn new(
        realm: Arc<Realm>,
        outer: Option<LoginHandle>,
        caller: Option<Box<Caller>>,
    ) -> Self {
        Self(Arc::new(RequestLogin {
            realm,
            outer,
            caller,
            state: Mutex::default(),
        }))
    }

    /// The handle of the innermost layer.
    #[inline]
    pub(crate) fn innermost(extensions: &Extensions) -> Result<&Self, NoHandle> {
        extensions.get().ok_or(NoHandle::NoLayer)
    }

    /// The handle of the manager for users of type `U`.
    pub(crate) fn of<U: UserMixin>(extensions: &Extensions) -> Result<&Self, NoHandle> {
        Self::innermost(extensions)?
            .chain()
            .find(|handle| handle.realm.user_type == TypeId::of::<U>())
            .ok_or(NoHandle::NoManager(std::any::type_name::<U>()))
    }

    /// The handle of the only manager.
    #[inline]
    pub(crate) fn only(extensions: &Extensions) -> Result<&Self, NoHandle> {
        let handle = Self::innermost(extensions)?;
        match handle.outer {
            None => Ok(handle),
            Some(_) => Err(NoHandle::Several),
        }
    }

    /// This handle and those of the layers around it.
    pub(crate) fn chain(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |handle| handle.outer.as_ref())
    }
}

impl RequestLogin {
    /// What is known so far. Held for moments, never across an await.
    #[inline]
    pub(crate) fn state(&self) -> MutexGuard<'_, RequestState> {
        // Every change of the state is complete in itself, so a panic elsewhere spoils nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// [`RequestState::present_user`], for those who do not hold the state.
    pub(crate) fn present_user(&self) -> Option<Arc<dyn AnyUser>> {
        self.state().present_user()
    }

    /// Tells what happened to whom in this request. Not to be called with the state locked.
    pub(crate) fn emit(&self, kind: LoginEventKind, whom: Whom<'_>) {
        self.realm.emit(|| {
            let caller = self.caller.as_deref();
            LoginEvent {
                kind,
                at: Timestamp::from_secs(self.now()),
                realm: Arc::clone(&self.realm.name),
                user_id: whom.user_id(),
                login: whom.login(),
                address: caller.and_then(|caller| caller.address),
                user_agent: caller.and_then(|caller| caller.user_agent.clone()),
                path: caller.and_then(|caller| caller.path.clone()),
            }
        });
    }

    /// The one reading of the clock that this request is measured by.
    pub(crate) fn now(&self) -> i64 {
        self.state().now(&self.realm)
    }
}
