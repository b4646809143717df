//! What is known of a request so far, what was asked, and what its response has to carry.

use std::sync::Arc;

use axum::http::{HeaderValue, StatusCode};

use super::{CurrentLogin, FoundBy, FoundUser, Staged};
use crate::{
    cookie::VerifiedLogins,
    flash::FlashState,
    login::{Login, remember::Secret},
    realm::Realm,
    user::AnyUser,
};

/// What is known so far, what was asked, and what the response has to carry.
#[derive(Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are facts that depend on nothing"
)]
pub(crate) struct RequestState {
    now: Option<i64>,
    pub(crate) record: Memo<Option<CurrentLogin>>,
    pub(crate) user: Memo<Option<FoundUser>>,
    /// Every record that a verified cookie of the request names.
    pub(crate) verified: VerifiedLogins,
    pub(crate) asked: Asked,
    pub(crate) staged: Option<Staged>,
    /// Boxed, because few requests have any: the state is made and dropped for all of them.
    pub(crate) out: Option<Box<Outgoing>>,
    pub(crate) flash: FlashState,
    /// The request came with a kept page, which a login uses up.
    pub(crate) next_sent: bool,
    pub(crate) next_removed: bool,
    /// The cookies that managers inside have set, for an answer that takes the place of theirs.
    pub(crate) set_inside: Vec<HeaderValue>,
    /// The response's head is sent: nothing can be staged any more.
    pub(crate) sent: bool,
    /// The cookies name a login that theft has ended.
    pub(crate) stolen: bool,
    /// A loader asked for the login that it is loading.
    pub(crate) misused: bool,
    /// It is a WebSocket that a page of another origin opens: nobody is its user, also whom a layer logs in.
    pub(crate) foreign_socket: bool,
    /// A refusal is being made, which another refusal must not answer.
    pub(crate) refusing: bool,
}

impl RequestState {
    pub(crate) fn out(&mut self) -> &mut Outgoing {
        self.out.get_or_insert_default()
    }

    /// Whether the response has to carry the cookies of a restore, for which the record is looked at
    /// once more.
    #[inline]
    pub(crate) fn has_restored(&self) -> bool {
        let out = self.out.as_ref();
        out.is_some_and(|out| out.restored.is_some())
    }

    /// The login whose user was found, unless a request loader found them or another one is about to be
    /// logged in.
    pub(crate) fn found_login(&self) -> Option<Arc<Login>> {
        if let Some(Staged::Login(_)) = self.staged {
            return None;
        }
        let found = self.user.known()?.as_ref()?;
        let current = self.record.known()?.as_ref()?;
        (found.by != FoundBy::Request).then(|| Arc::clone(&current.login))
    }

    /// The user of the rest of this request: the one about to be logged in, or the one that it was
    /// found to come from, if somebody has asked before.
    pub(crate) fn present_user(&self) -> Option<Arc<dyn AnyUser>> {
        if let Some(Staged::Login(staged)) = &self.staged {
            return (!self.foreign_socket).then(|| Arc::clone(&staged.user));
        }
        let known = self.user.known()?.as_ref()?;
        Some(Arc::clone(&known.user))
    }

    /// [`RequestLogin::now`], for those who hold the state already.
    pub(crate) fn now(&mut self, realm: &Realm) -> i64 {
        *self.now.get_or_insert_with(|| realm.clock.now().as_secs())
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
    /// A restore whose cookies go out if the record has not moved on until then.
    pub(crate) restored: Option<Restored>,
}

/// A login that this request has restored.
pub(crate) struct Restored {
    pub(crate) login: Arc<Login>,
    pub(crate) secret: Secret,
}

/// A question that is answered once per request.
#[derive(Default)]
pub(crate) enum Memo<T> {
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

impl Failure {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Misuse => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl<T> Memo<T> {
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
