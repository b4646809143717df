//! Logging a user in.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    clock::seconds,
    cookie::Earned,
    error::LoginError,
    login::{
        Limits, LoginId, is_user_id,
        life::{self, Beginning},
        remember::Secret,
    },
    request::{Client, LoginHandle, Staged, StagedLogin},
    user::{AnyUser, UserMixin},
};

/// A login in the making; awaiting it stages the login.
#[must_use = "nobody is logged in until this is awaited"]
pub struct LoginUser<'a, U> {
    pub(super) handle: &'a LoginHandle,
    pub(super) client: &'a Client,
    pub(super) user: &'a U,
    /// Keeps a clone of the user for the rest of the request.
    pub(super) keep: fn(&U) -> Arc<dyn AnyUser>,
    pub(super) remember: bool,
    pub(super) duration: Option<Duration>,
    pub(super) force: bool,
    pub(super) fresh: bool,
}

impl<U> fmt::Debug for LoginUser<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginUser")
            .field("remember", &self.remember)
            .finish_non_exhaustive()
    }
}

impl<U: UserMixin> LoginUser<'_, U> {
    /// Whether the login outlives the session. By default not.
    pub fn remember(mut self, remember: bool) -> Self {
        self.remember = remember;
        self
    }

    /// For how long it is remembered, instead of the manager's
    /// [`remember_duration`](crate::LoginManagerBuilder::remember_duration); at most 400 days.
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = Some(duration);
        self
    }

    /// Whether a user who is not active is logged in nevertheless, and stays so. By default not.
    pub fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    /// Whether the login counts as fresh. By default it does.
    pub fn fresh(mut self, fresh: bool) -> Self {
        self.fresh = fresh;
        self
    }

    fn stage(&self) -> Result<bool, LoginError> {
        if !self.user.is_active() && !self.force {
            return Ok(false);
        }
        let Self { handle, client, .. } = *self;
        let realm = &*handle.realm;
        let now = handle.now();
        let user_id = self.user.get_id();
        if !is_user_id(&user_id) {
            return Err(LoginError::UserId);
        }
        let secret = match self.remember {
            true => Some(Secret::generate().map_err(|_| LoginError::NoRandomness)?),
            false => None,
        };
        let remembered_for = match self.duration {
            None => realm.limits.remember,
            Some(duration) => match seconds(duration) {
                fits if (1..=Limits::LONGEST).contains(&fits) => fits,
                _ => return Err(LoginError::RememberDuration(duration)),
            },
        };
        let mut id = [0; 16];
        getrandom::fill(&mut id).map_err(|_| LoginError::NoRandomness)?;
        let beginning = Beginning {
            id: LoginId::from_bytes(id),
            realm: Arc::clone(&realm.records),
            fresh: self.fresh,
            forced: self.force,
            remember: secret.map(|secret| (secret, remembered_for)),
            identifier: client.identifier_digest(&realm.identifiers, &user_id)?,
            auth_hash: self
                .user
                .auth_hash()
                .map(|value| realm.auth_hashes.digest(&user_id, &value)),
            user_agent: client.user_agent.clone(),
            address: client.address,
            user_id: user_id.into(),
        };
        let login = life::begun(beginning, &realm.limits, now);
        let lines = handle.login_lines(&login, Earned::ByPassword, secret.as_ref(), now)?;
        let user = (self.keep)(self.user);
        let mut state = handle.state();
        if state.sent {
            return Err(LoginError::AlreadySent);
        }
        let before = state.record.known().and_then(Option::as_ref);
        if before.is_some_and(|before| before.login.user_id != login.user_id) {
            state.flash.hold_incoming();
        }
        let staged = StagedLogin {
            login,
            secret,
            lines,
            user,
        };
        state.staged = Some(Staged::Login(Box::new(staged)));
        drop(state);
        Ok(true)
    }
}

// A future itself, and not only something to be awaited: where `.await` is forgotten, the compiler
// proposes it.
impl<U: UserMixin> Future for LoginUser<'_, U> {
    type Output = Result<bool, LoginError>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(self.stage())
    }
}
