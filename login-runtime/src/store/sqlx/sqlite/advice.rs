//! What helps against an SQLite error.

use std::path::Path;

use crate::store::{StoreError, sqlx::failure::Failure};

// SQLite's primary result codes.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const READ_ONLY: u32 = 8;
const DISK: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;
const NOT_A_DATABASE: u32 = 26;

pub(super) fn failure(database: &Path, cause: sqlx::Error) -> StoreError {
    let advice = match code(&cause) {
        Some(CANNOT_OPEN) => Some(
            "cannot be opened; check that its directory exists and that this process may write \
             in it",
        ),
        Some(READ_ONLY) => Some(
            "cannot be written; make the file and its directory writable for this process, and \
             open it without `mode=ro`",
        ),
        Some(NOT_A_DATABASE) => {
            Some("is not an SQLite database; name another file, or move this one out of the way")
        }
        Some(CORRUPT) => Some("is damaged; put a backup in its place, or begin with a new file"),
        Some(FULL) => Some("cannot grow; make room on its disk"),
        Some(DISK) => Some("cannot be read or written; check its disk"),
        Some(BUSY | LOCKED) => {
            Some("is held locked by another connection; look for a transaction that stays open")
        }
        _ if matches!(cause, sqlx::Error::PoolTimedOut) => {
            Some("has no connection free; its disk is slow, or somebody keeps it locked")
        }
        _ if matches!(cause, sqlx::Error::PoolClosed) => {
            Some("has been closed; keep the store open for as long as the server runs")
        }
        _ => None,
    };
    Failure {
        database: database.to_string_lossy().into(),
        advice,
        cause,
    }
    .into()
}

pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(code(error), Some(BUSY | LOCKED))
}

/// The primary result code, which is the lowest byte of the extended one.
fn code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}
