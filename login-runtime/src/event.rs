//! What happens to logins, for those who want to hear of it.

use std::{net::IpAddr, sync::Arc};

use crate::{
    clock::Timestamp,
    login::{Login, LoginId, remember::RememberRefusal},
};

/// Something that happened to a login: Flask-Login's signals, and a few more, with what an audit
/// needs to know.
///
/// [`on_event`](crate::LoginManagerBuilder::on_event) hears of each of them once: on the task that
/// serves the request, and of a login or a confirmation on the one that carries it out, where task-locals
/// of the request are not set. The same events go to `tracing` under the target `login_runtime`, without
/// anything secret.
///
/// ```
/// use login_runtime::{LoginEvent, LoginEventKind};
///
/// fn audit(event: &LoginEvent) -> Option<String> {
///     let user = event.user_id.as_deref()?;
///     match event.kind {
///         LoginEventKind::UserLoggedIn { new_device: Some(true), .. } => Some(format!(
///             "{user} logged in on a new device ({}) from {:?}",
///             event.user_agent.as_deref().unwrap_or("no user agent"),
///             event.address,
///         )),
///         LoginEventKind::RememberTheft { .. } => Some(format!("a remember cookie of {user} was copied")),
///         _ => None,
///     }
/// }
/// # let _ = audit;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginEvent {
    /// What happened.
    pub kind: LoginEventKind,
    /// When, by the manager's clock.
    pub at: Timestamp,
    /// The realm of the manager.
    pub realm: Arc<str>,
    /// The user it happened to, where there is one.
    pub user_id: Option<String>,
    /// The login it happened to, where there is one.
    pub login: Option<LoginId>,
    /// The network address of the client, if it is known
    /// ([`client_address`](crate::LoginManagerBuilder::client_address)).
    pub address: Option<IpAddr>,
    /// What the client called itself, at most 256 bytes.
    pub user_agent: Option<Box<str>>,
    /// The path that was asked for, without its query, which may carry credentials.
    pub path: Option<Box<str>>,
}

/// What happened to a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginEventKind {
    /// A user logged in, and the login is kept (`user_logged_in`).
    #[non_exhaustive]
    UserLoggedIn {
        /// Whether the user asked to be remembered.
        remembered: bool,
        /// Whether no other live login of the user has this user agent; `None` where the store
        /// cannot list a user's logins, or did not answer.
        new_device: Option<bool>,
    },
    /// A login was ended by its user (`user_logged_out`).
    UserLoggedOut,
    /// A user was found by the remember cookie (`user_loaded_from_cookie`).
    UserLoadedFromCookie,
    /// A user was found by a request loader (`user_loaded_from_request`).
    UserLoadedFromRequest,
    /// A user entered the password again (`user_login_confirmed`).
    UserLoginConfirmed,
    /// A request without a login was refused (`user_unauthorized`).
    UserUnauthorized,
    /// A request was refused because its login is not fresh (`user_needs_refresh`).
    UserNeedsRefresh,
    /// A logged-in user was refused for want of a right.
    UserForbidden,
    /// Somebody asked who is logged in (`user_accessed`): once a request, before the answer is known.
    UserAccessed,
    /// A session came from another client than it was made for (`session_protected`).
    #[non_exhaustive]
    SessionProtected {
        /// Whether the login was ended because of it.
        ended: bool,
    },
    /// A remember cookie came back that had been replaced long ago: somebody has a copy, and the login
    /// was ended.
    #[non_exhaustive]
    RememberTheft {
        /// Whether every other login of the user was ended as well: unless the login's auth hash is
        /// no longer the user's, or could not be compared.
        everywhere: bool,
    },
    /// A remembered login was restored by cookies that had been replaced, because the answer with the
    /// newer ones was lost, or because somebody has a copy and keeps the newer ones to himself.
    #[non_exhaustive]
    RememberRepeated {
        /// How often in a row; after 5 the login ends.
        times: u64,
    },
    /// A remembered login was ended because it was restored too often in a row by cookies that had been
    /// replaced.
    RememberExhausted,
    /// A signed remember cookie was not accepted.
    #[non_exhaustive]
    RememberRefused {
        /// Why.
        reason: RememberRefusal,
    },
    /// The user's auth hash is no longer the one the login was made with; the login does not count.
    AuthHashChanged,
}

/// Whom an event is about.
#[derive(Clone, Copy)]
pub(crate) enum Whom<'a> {
    Nobody,
    User(&'a str),
    Login(&'a Login),
}

impl Whom<'_> {
    pub(crate) fn user_id(self) -> Option<String> {
        match self {
            Self::Nobody => None,
            Self::User(id) => Some(id.to_owned()),
            Self::Login(login) => Some(login.user_id.to_string()),
        }
    }

    pub(crate) fn login(self) -> Option<LoginId> {
        match self {
            Self::Login(login) => Some(login.id),
            _ => None,
        }
    }
}
