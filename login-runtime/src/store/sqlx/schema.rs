//! What is known of a database's tables.

use crate::store::StoreError;

/// What a database's tables are like.
#[derive(Debug)]
pub(super) enum Schema {
    /// As this release wants them.
    Ready,
    /// Written by a release that knows more steps: this many.
    Newer(i64),
    /// Not to be written, and so perhaps those of yesterday.
    #[cfg(any(feature = "mysql", feature = "postgres"))]
    ReadOnly,
}

impl Schema {
    /// A database in which so many steps have been taken, of those that this release knows.
    pub(super) fn of(found: i64, steps: &[&str]) -> Self {
        let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
        if found > known {
            Self::Newer(found)
        } else {
            Self::Ready
        }
    }

    /// Refuses tables that this release does not know.
    pub(super) fn check(self, database: &str) -> Result<(), StoreError> {
        match self {
            Self::Ready => Ok(()),
            Self::Newer(version) => Err(StoreError::unavailable(format!(
                "`{database}` was written by a newer release of login-runtime (its schema has \
                 version {version}); upgrade this program, or give it a database of its own",
            ))),
            #[cfg(any(feature = "mysql", feature = "postgres"))]
            Self::ReadOnly => Err(StoreError::unavailable(format!(
                "`{database}` is read-only; give the address of the primary"
            ))),
        }
    }
}

/// The steps that are still to be taken, each with the version that it leads to.
pub(super) fn missing<'s>(
    found: i64,
    steps: &[&'s str],
) -> impl Iterator<Item = (i64, &'s str)> + use<'s> {
    let steps: Vec<_> = (1..).zip(steps.iter().copied()).collect();
    steps
        .into_iter()
        .filter(move |(version, _)| *version > found)
}
