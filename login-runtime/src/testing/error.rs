//! Why a test user could not be logged in.

use std::{error::Error, fmt};

use axum::http::StatusCode;

/// Why [`test_login`](crate::LoginManager::test_login) could not log the user in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TestLoginError {
    /// The user is not active.
    NotActive,
    /// The user agent cannot stand in a header.
    UserAgent(String),
    /// The login was answered with this status; the log says why.
    Refused(StatusCode),
}

impl fmt::Display for TestLoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotActive => f.write_str(
                "the user is not active; log in with `.force(true)` or activate the account",
            ),
            Self::UserAgent(agent) => write!(
                f,
                "`{agent:?}` cannot be a user agent; give visible ASCII without line breaks"
            ),
            Self::Refused(status) => {
                write!(
                    f,
                    "the test login was answered with {status}; the log says why"
                )
            }
        }
    }
}

impl Error for TestLoginError {}
