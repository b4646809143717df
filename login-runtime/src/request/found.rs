//! Who was found to be asking, and by what.

use std::sync::Arc;

use crate::{login::Login, user::AnyUser};

/// The login that a request's cookies stand for.
#[derive(Clone)]
pub(crate) struct CurrentLogin {
    pub(crate) login: Arc<Login>,
    pub(crate) by: FoundBy,
    /// Whether session protection found the client it was made for.
    pub(crate) same_client: bool,
}

/// What a user was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoundBy {
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

    pub(crate) fn accepts(self, by: FoundBy) -> bool {
        match self {
            Self::Any => true,
            Self::Session => by != FoundBy::Request,
            Self::Request => by == FoundBy::Request,
        }
    }
}

/// The user that a request was found to come from.
pub(crate) struct FoundUser {
    pub(crate) user: Arc<dyn AnyUser>,
    pub(crate) by: FoundBy,
}
