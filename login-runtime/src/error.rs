//! What can go wrong, and what to do about it.

use std::{error::Error, fmt, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::{cookie::TooLong, store::StoreError};

/// Why an action of [`LoginSession`](crate::LoginSession) or [`Flash`](crate::Flash) failed.
///
/// As a response it is
///
/// - 400 for a cursor that the store does not know ([`StoreError::UnknownCursor`]),
/// - 401 for [`NotLoggedIn`](Self::NotLoggedIn),
/// - 403 for [`DifferentUser`](Self::DifferentUser),
/// - 503 where trying again may help: a store that did not answer
///   ([`StoreError::Unavailable`]), and [`NoRandomness`](Self::NoRandomness),
/// - 500 where the program or its set-up is wrong: everything else.
///
/// The reason goes to the log and not to the visitor.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginError {
    /// The login store did not answer, or cannot do this.
    Store(StoreError),
    /// The head of the response has been sent, so no cookie can be changed any more.
    AlreadySent,
    /// No user is logged in, so there is no login to confirm, list or end.
    NotLoggedIn,
    /// Devices were to be listed or ended before it was checked who the user is.
    UserNotSettled,
    /// Another user than the one logged in was to be confirmed.
    DifferentUser,
    /// A cookie would be this many bytes long, which is more than browsers keep.
    CookieTooLarge(usize),
    /// The network address is part of session protection, but this request has none.
    NoAddress,
    /// The operating system gave no random bytes.
    NoRandomness,
    /// A login was to be remembered for less than 1 second or more than 400 days.
    RememberDuration(Duration),
    /// The user's id is empty, longer than 512 bytes, or has a NUL in it.
    UserId,
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::AlreadySent => f.write_str(
                "the response has been sent already; log in and out before the handler returns",
            ),
            Self::NotLoggedIn => f.write_str(
                "nobody is logged in; log the user in with `login_user` instead",
            ),
            Self::UserNotSettled => f.write_str(
                "it has not been checked yet whether this login still counts for its user, so its \
                 devices are not shown or ended; put `#[login_required]` on the handler, or take \
                 `CurrentUser` as well",
            ),
            Self::DifferentUser => f.write_str(
                "the login belongs to another user; change users with `login_user`",
            ),
            Self::CookieTooLarge(bytes) => write!(
                f,
                "the cookie would be {bytes} bytes long and browsers keep 4096; \
                 use a server-side store, shorter ids or shorter messages"
            ),
            Self::NoAddress => f.write_str(
                "the client's network address is unknown; serve with \
                 `into_make_service_with_connect_info::<SocketAddr>()` or set `.client_address(..)`",
            ),
            Self::NoRandomness => {
                f.write_str("the operating system gave no random bytes; try again")
            }
            Self::RememberDuration(duration) => write!(
                f,
                "a login is remembered for at least 1 second and at most 400 days, not for \
                 {duration:?}; change `.duration(..)`"
            ),
            Self::UserId => f.write_str(
                "a user's id has 1 to 512 bytes and no NUL; return another one from `get_id`",
            ),
        }
    }
}

impl Error for LoginError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<StoreError> for LoginError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TooLong> for LoginError {
    fn from(error: TooLong) -> Self {
        Self::CookieTooLarge(error.0)
    }
}

impl IntoResponse for LoginError {
    fn into_response(self) -> Response {
        tracing::error!(target: "login_runtime", error = %self, "a login action failed");
        let status = match self {
            Self::Store(StoreError::Unavailable(_)) | Self::NoRandomness => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Store(StoreError::UnknownCursor) => StatusCode::BAD_REQUEST,
            Self::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Self::DifferentUser => StatusCode::FORBIDDEN,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        status.into_response()
    }
}
