//! A login in the eight pieces that a store outside this process keeps.

use std::{error::Error, fmt, sync::Arc};

use super::{Login, LoginId, payload};
use crate::clock::Timestamp;

/// What a store outside this process keeps of a [`Login`]: seven fields, and the rest as bytes.
///
/// There will never be an eighth field, so a table that has these columns never needs another.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "that there are no more is the promise"
)]
pub struct LoginParts<'a> {
    /// [`Login::realm`]
    pub realm: &'a Arc<str>,
    /// [`Login::id`]
    pub id: LoginId,
    /// [`Login::user_id`]
    pub user_id: &'a str,
    /// [`Login::version`]; a database without unsigned numbers keeps the signed one of the same bits.
    pub version: u64,
    /// [`Login::created_at`]
    pub created_at: Timestamp,
    /// [`Login::last_seen_at`]
    pub last_seen_at: Timestamp,
    /// [`Login::expires_at`]
    pub expires_at: Timestamp,
    /// [`Login::payload`], byte for byte
    pub payload: &'a [u8],
}

impl Login {
    /// Makes a login whole that a store has kept in pieces.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use login_runtime::store::{Login, LoginId, LoginParts, StoreError};
    ///
    /// /// What a table keeps of a login.
    /// struct Row {
    ///     id: [u8; 16],
    ///     user_id: String,
    ///     version: i64,
    ///     created_at: i64,
    ///     last_seen_at: i64,
    ///     expires_at: i64,
    ///     payload: Vec<u8>,
    /// }
    ///
    /// fn row(login: &Login) -> Row {
    ///     Row {
    ///         id: *login.id().as_bytes(),
    ///         user_id: login.user_id().to_owned(),
    ///         version: login.version().cast_signed(),
    ///         created_at: login.created_at().as_secs(),
    ///         last_seen_at: login.last_seen_at().as_secs(),
    ///         expires_at: login.expires_at().as_secs(),
    ///         payload: login.payload(),
    ///     }
    /// }
    ///
    /// fn login(realm: &Arc<str>, row: &Row) -> Result<Arc<Login>, StoreError> {
    ///     let login = Login::from_parts(LoginParts {
    ///         realm,
    ///         id: LoginId::from_bytes(row.id),
    ///         user_id: &row.user_id,
    ///         version: row.version.cast_unsigned(),
    ///         created_at: row.created_at.into(),
    ///         last_seen_at: row.last_seen_at.into(),
    ///         expires_at: row.expires_at.into(),
    ///         payload: &row.payload,
    ///     })?;
    ///     Ok(Arc::new(login))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The payload is not one that [`Login::payload`] has made: it was cut, changed, or written by
    /// a release that is too new to be read by this one.
    pub fn from_parts(parts: LoginParts<'_>) -> Result<Self, UnreadablePayload> {
        payload::read(parts).ok_or(UnreadablePayload(()))
    }

    /// Everything about the login that no store interprets, as bytes to be kept as they are.
    ///
    /// Only this crate reads them. A payload that one release wrote is read by the release before
    /// and by the one after: what a release does not know it keeps and writes again. Rarely more
    /// than 600 bytes.
    pub fn payload(&self) -> Vec<u8> {
        payload::write(self)
    }
}

/// The payload of a login is not one that this release of the crate can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadablePayload(());

impl fmt::Display for UnreadablePayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the payload of a login was cut, changed, or written by a release of login-runtime \
             that is too new; upgrade this program, or delete the record",
        )
    }
}

impl Error for UnreadablePayload {}
