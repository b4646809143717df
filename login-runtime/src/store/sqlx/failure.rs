//! What to say when a database does not answer.

use std::{error::Error, fmt};

use crate::store::StoreError;

/// A database error with the name of the database and what to do about it.
#[derive(Debug)]
pub(super) struct Failure {
    /// The file's name.
    pub(super) database: Box<str>,
    /// What is wrong and what helps, where that is known.
    pub(super) advice: Option<&'static str>,
    pub(super) cause: sqlx::Error,
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        Self::unavailable(failure)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.database)?;
        if let Some(advice) = self.advice {
            write!(f, " {advice}")?;
        } else {
            f.write_str(" failed")?;
        }
        match &self.cause {
            // What sqlx puts in front of the database's own words says nothing more.
            sqlx::Error::Database(cause) => write!(f, " ({})", cause.message()),
            cause => write!(f, " ({cause})"),
        }
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.cause)
    }
}

/// What helps where no database is at fault.
#[cfg(any(feature = "mysql", feature = "postgres"))]
pub(super) fn advice(cause: &sqlx::Error) -> Option<&'static str> {
    match cause {
        sqlx::Error::Io(_) => Some("cannot be reached; check its address, and that it runs"),
        sqlx::Error::PoolTimedOut => {
            Some("has no connection free, or does not answer; check it, and raise the pool's size")
        }
        sqlx::Error::PoolClosed => {
            Some("has been closed; keep the store open for as long as the server runs")
        }
        sqlx::Error::Configuration(_) => Some("is not what it should be"),
        sqlx::Error::Tls(_) => Some(
            "could not be reached with TLS; switch one of sqlx's `tls-` features on in your \
             application",
        ),
        _ => None,
    }
}
