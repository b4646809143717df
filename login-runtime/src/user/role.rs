//! Roles that are an enum.

use std::{error::Error, fmt};

/// A name is not that of a role; from the `FromStr` that `#[derive(Role)]` writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownRole {
    name: String,
}

impl UnknownRole {
    #[doc(hidden)]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
        }
    }
}

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no role `{}`", self.name)
    }
}

impl Error for UnknownRole {}
