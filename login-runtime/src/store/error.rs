//! Why a store did not answer.

use std::{error::Error, fmt};

use crate::{boxed::BoxError, login::UnreadablePayload};

/// Why a store did not answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot do this at all; see [`LoginStore::revocable`](super::LoginStore::revocable).
    Unsupported,
    /// The cursor is not one that this store has handed out.
    UnknownCursor,
    /// The store could not be reached, or what it holds could not be read.
    Unavailable(BoxError),
}

impl StoreError {
    /// A store that could not answer, and why.
    pub fn unavailable(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable(error.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported => f.write_str(
                "this store keeps no list of logins, so it cannot list or end them; \
                 choose a server-side store such as `SqliteStore`",
            ),
            Self::UnknownCursor => f.write_str(
                "the cursor is not one that this store has handed out; \
                 list from the beginning, without a cursor",
            ),
            Self::Unavailable(error) => write!(f, "the login store did not answer: {error}"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unsupported | Self::UnknownCursor => None,
            Self::Unavailable(error) => Some(&**error),
        }
    }
}

impl From<UnreadablePayload> for StoreError {
    fn from(error: UnreadablePayload) -> Self {
        Self::unavailable(error)
    }
}
