//! The handle that the layer puts into a request, and what is known of its login so far.

use std::{
    any::TypeId,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::http::{Extensions, HeaderValue};

use crate::{
    cookie::VerifiedLogins,
    flash::FlashState,
    login::Login,
    manager::Manager,
    session::Staged,
    user::{AnyUser, UserMixin},
};

/// One manager's view of one request. Several managers are linked, the innermost layer first.
#[derive(Clone)]
pub(crate) struct LoginHandle(Arc<RequestLogin>);

pub(crate) struct RequestLogin {
    pub(crate) manager: Arc<Manager>,
    outer: Option<LoginHandle>,
    state: Mutex<State>,
}

impl std::ops::Deref for LoginHandle {
    type Target = RequestLogin;

    fn deref(&self) -> &RequestLogin {
        &self.0
    }
}

/// What is known so far, what was asked, and what the response has to carry.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are facts that depend on nothing"
)]
pub(crate) struct State {
    now: Option<i64>,
    pub(crate) record: Stage<Option<Current>>,
    pub(crate) user: Stage<Option<Known>>,
    /// Every record that a verified cookie of the request names.
    pub(crate) verified: VerifiedLogins,
    pub(crate) asked: Asked,
    pub(crate) staged: Option<Staged>,
    /// Boxed, because few requests have any: the state is made and dropped for all of them.
    pub(crate) out: Option<Box<Outgoing>>,
    pub(crate) flash: FlashState,
    pub(crate) next_removed: bool,
    /// The response's head is sent: nothing can be staged any more.
    pub(crate) sent: bool,
    /// A loader asked for the login that it is loading.
    pub(crate) misused: bool,
    /// A refusal is being made, which another refusal must not answer.
    pub(crate) refusing: bool,
}

impl State {
    pub(crate) fn out(&mut self) -> &mut Outgoing {
        self.out.get_or_insert_default()
    }

    fn found_user(&self) -> Option<Arc<dyn AnyUser>> {
        let known = self.user.known()?.as_ref()?;
        Some(Arc::clone(&known.user))
    }

    /// [`RequestLogin::now`], for those who hold the state already.
    pub(crate) fn now(&mut self, manager: &Manager) -> i64 {
        *self
            .now
            .get_or_insert_with(|| manager.clock.now().as_secs())
    }
}

/// The sources that were looked at, for `Vary` and `Cache-Control`.
#[derive(Default)]
pub(crate) struct Asked {
    pub(crate) cookie: bool,
    /// One bit for each request loader that was consulted; the 64th stands for all after it.
    pub(crate) loaders: u64,
    pub(crate) refused: bool,
}

/// The cookie lines that the response will carry, at most one a cookie.
#[derive(Default)]
pub(crate) struct Outgoing {
    pub(crate) session: Option<HeaderValue>,
    pub(crate) remember: Option<HeaderValue>,
    pub(crate) next: Option<HeaderValue>,
}

/// A question that is answered once per request.
#[derive(Default)]
pub(crate) enum Stage<T> {
    #[default]
    Unasked,
    Resolving,
    Known(T),
    Failed(Failure),
}

/// Why a question has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// A store or loader could not tell; trying again may help.
    Unavailable,
    /// The program is wrong, and the log says where.
    Misuse,
}

impl<T> Stage<T> {
    pub(crate) fn of(result: Result<T, Failure>) -> Self {
        match result {
            Ok(value) => Self::Known(value),
            Err(failure) => Self::Failed(failure),
        }
    }

    pub(crate) fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }
}

/// The login that a request's cookies stand for.
#[derive(Clone)]
pub(crate) struct Current {
    pub(crate) login: Arc<Login>,
    pub(crate) by: By,
    /// Whether session protection found the client it was made for.
    pub(crate) same_client: bool,
}

/// What a user was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Session,
    Remember,
    Request,
}

/// The ways of finding a user that a guard accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Via {
    #[default]
    Any,
    /// The session cookie or the remember cookie.
    Session,
    /// A request loader.
    Request,
}

impl Via {
    /// From the number that a macro writes.
    pub(crate) const fn of(number: u8) -> Self {
        match number {
            1 => Self::Session,
            2 => Self::Request,
            _ => Self::Any,
        }
    }

    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Any => None,
            Self::Session => Some("session"),
            Self::Request => Some("request"),
        }
    }

    pub(crate) fn accepts(self, by: By) -> bool {
        match self {
            Self::Any => true,
            Self::Session => by != By::Request,
            Self::Request => by == By::Request,
        }
    }
}

/// The user that a request was found to come from.
pub(crate) struct Known {
    pub(crate) user: Arc<dyn AnyUser>,
    pub(crate) by: By,
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
    pub(crate) fn new(manager: Arc<Manager>, outer: Option<LoginHandle>) -> Self {
        Self(Arc::new(RequestLogin {
            manager,
            outer,
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
            .find(|handle| handle.manager.user_type == TypeId::of::<U>())
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
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // Every change of the state is complete in itself, so a panic elsewhere spoils nothing.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The user of the rest of this request: the one about to be logged in, or the one found.
    pub(crate) fn present_user(&self) -> Option<Arc<dyn AnyUser>> {
        let state = self.state();
        match &state.staged {
            Some(Staged::Login(staged)) => Some(Arc::clone(&staged.user)),
            _ => state.found_user(),
        }
    }

    /// The user that the request was found to come from, if somebody has asked before.
    pub(crate) fn found_user(&self) -> Option<Arc<dyn AnyUser>> {
        self.state().found_user()
    }

    /// The one reading of the clock that this request is measured by.
    pub(crate) fn now(&self) -> i64 {
        self.state().now(&self.manager)
    }
}
