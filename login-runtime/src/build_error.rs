//! What is wrong with the settings of a login manager.

use std::{error::Error, fmt};

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
    /// The kind of the users is not a name that stores can carry.
    Kind(&'static str),
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
            Self::Kind(kind) => write!(
                f,
                "the kind of users `{kind}` cannot be used: give 1 to 255 bytes without control \
                 characters and braces, as in `#[login(kind = \"shop::User\")]`"
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
