//! What can go wrong, and what to do about it.

use std::{error::Error, fmt};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use crate::store::StoreError;

/// The settings of a login manager cannot be used together, or something is missing.
///
/// Returned by [`build`](crate::LoginManagerBuilder::build); its text says which setting to change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildError {
    /// `secret_key` was not called.
    NoSecretKey,
    /// There is neither a user loader nor a request loader.
    NoLoader,
    /// The realm is not a name that cookies and stores can carry.
    Realm(String),
    /// A cookie's name, path, domain or attributes would be rejected by browsers.
    Cookie {
        /// The cookie's name as it was given.
        name: String,
        /// What is wrong with it.
        what: String,
    },
    /// Two cookies have the same name.
    SameCookie(String),
    /// A limit contradicts another, or is out of its range.
    Limit(String),
    /// The store cannot do what a setting asks for.
    Store(String),
    /// An address of this application, such as the login view, is not one.
    Address {
        /// The setting.
        setting: &'static str,
        /// What was given.
        value: String,
        /// What is expected.
        expected: &'static str,
    },
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSecretKey => f.write_str(
                "a login manager needs a secret key: \
                 call `.secret_key(SecretKey::from_env(\"SECRET_KEY\")?)`",
            ),
            Self::NoLoader => f.write_str(
                "without a user loader a login manager needs a request loader: \
                 call `.request_loader(..)`, or start with `LoginManager::builder(user_loader, store)`",
            ),
            Self::Realm(realm) => write!(
                f,
                "the realm `{realm}` cannot be used: choose 1 to 32 of the characters `a-z0-9_-`"
            ),
            Self::Cookie { name, what } => write!(f, "the cookie `{name}` cannot be used: {what}"),
            Self::SameCookie(name) => write!(
                f,
                "two cookies of this login manager are called `{name}`: give each its own name"
            ),
            Self::Limit(what) | Self::Store(what) => f.write_str(what),
            Self::Address { setting, value, expected } => {
                write!(f, "`{setting}` cannot be `{value}`: {expected}")
            }
        }
    }
}

impl Error for BuildError {}

/// Why an action of [`LoginSession`](crate::LoginSession) or [`Flash`](crate::Flash) failed.
///
/// As a response it is 503 where trying again may help, and 500 where the program is wrong; the
/// reason goes to the log and not to the visitor.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginError {
    /// The login store did not answer, or cannot do this.
    Store(StoreError),
    /// The head of the response has been sent, so no cookie can be changed any more.
    AlreadySent,
    /// Nobody is logged in whose login could be confirmed or listed.
    NotLoggedIn,
    /// Another user than the one logged in was to be confirmed.
    DifferentUser,
    /// A cookie would be this many bytes long, which is more than browsers keep.
    CookieTooLarge(usize),
    /// The network address is part of session protection, but this request has none.
    NoAddress,
    /// The operating system gave no random bytes.
    NoRandomness,
    /// Logging in was attempted with settings or a request that cannot hold a login.
    Misuse(&'static str),
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
            Self::Misuse(what) => f.write_str(what),
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

impl IntoResponse for LoginError {
    fn into_response(self) -> Response {
        tracing::error!(target: "login_runtime", error = %self, "a login action failed");
        let status = match self {
            Self::Store(StoreError::Unavailable(_)) | Self::NoRandomness => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::NotLoggedIn => StatusCode::UNAUTHORIZED,
            Self::DifferentUser => StatusCode::FORBIDDEN,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        status.into_response()
    }
}
