//! A login as a row, whatever the database.
//!
//! Every column has its own place in a row, the same in every statement. Unsigned numbers are kept
//! as the signed ones with the same bits, since databases have no others.

use std::{error::Error, fmt, sync::Arc};

use sqlx::{ColumnIndex, Database, Decode, Encode, Row, Type, query::Query};

use crate::{
    crypto::Digest,
    login::{Login, LoginId, PreviousToken, Remember, TokenHash},
};

// Macros, because `concat!` wants literals, and sqlx wants statements that nobody puts together
// while the program runs.

/// The columns that a write may change.
macro_rules! state {
    () => {
        "generation, version, \
         created_at, authenticated_at, session_started_at, last_seen_at, expires_at, fresh_since, \
         identifier, auth_hash, forced, user_agent, address, \
         remember_token, remember_counter, remember_rotated_at, remember_acknowledged, \
         remember_expires_at, previous_token, previous_counter"
    };
}

/// The columns that [`login`] reads, in its order; also those that [`bind`] binds, after `realm`.
macro_rules! columns {
    () => {
        concat!("id, user_id, ", state!())
    };
}

pub(super) use {columns, state};

/// Binds `realm` and then every one of [`columns`].
pub(super) fn bind<'q, DB>(
    query: Query<'q, DB, DB::Arguments>,
    login: &Login,
) -> Query<'q, DB, DB::Arguments>
where
    DB: Database,
    for<'t> &'t str: Encode<'t, DB> + Type<DB>,
    for<'t> &'t [u8]: Encode<'t, DB> + Type<DB>,
    for<'t> i64: Encode<'t, DB> + Type<DB>,
    for<'t> bool: Encode<'t, DB> + Type<DB>,
    for<'t> Option<&'t str>: Encode<'t, DB>,
    for<'t> Option<&'t [u8]>: Encode<'t, DB>,
    for<'t> Option<i64>: Encode<'t, DB>,
    for<'t> Option<bool>: Encode<'t, DB>,
{
    let remember = login.remember.as_ref();
    let previous = remember.and_then(|remember| remember.previous.as_ref());
    let address = login.address.map(|address| address.to_string());
    query
        .bind(&*login.realm)
        .bind(&login.id.as_bytes()[..])
        .bind(&*login.user_id)
        .bind(login.generation.cast_signed())
        .bind(login.version.cast_signed())
        .bind(login.created_at)
        .bind(login.authenticated_at)
        .bind(login.session_started_at)
        .bind(login.last_seen_at)
        .bind(login.expires_at)
        .bind(login.fresh_since)
        .bind(
            login
                .identifier
                .as_ref()
                .map(|digest| &digest.as_bytes()[..]),
        )
        .bind(
            login
                .auth_hash
                .as_ref()
                .map(|digest| &digest.as_bytes()[..]),
        )
        .bind(login.forced)
        .bind(login.user_agent.as_deref())
        .bind(address.as_deref())
        .bind(remember.map(|remember| &remember.token.as_bytes()[..]))
        .bind(remember.map(|remember| remember.counter.cast_signed()))
        .bind(remember.map(|remember| remember.rotated_at))
        .bind(remember.map(|remember| remember.acknowledged))
        .bind(remember.map(|remember| remember.expires_at))
        .bind(previous.map(|previous| &previous.token.as_bytes()[..]))
        .bind(previous.map(|previous| previous.counter.cast_signed()))
}

/// Reads the login out of a row of [`columns`].
pub(super) fn login<'r, R>(row: &'r R, realm: &Arc<str>) -> Result<Login, sqlx::Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    bool: Decode<'r, R::Database> + Type<R::Database>,
    &'r str: Decode<'r, R::Database> + Type<R::Database>,
    &'r [u8]: Decode<'r, R::Database> + Type<R::Database>,
{
    let id: &[u8] = row.try_get(0)?;
    let number = |index| row.try_get::<i64, _>(index);
    let optional_number = |index| row.try_get::<Option<i64>, _>(index);
    let hash = |index| match row.try_get::<Option<&[u8]>, _>(index)? {
        Some(bytes) => array(bytes, index).map(Some),
        None => Ok(None),
    };
    let digest = |index| Ok::<_, sqlx::Error>(hash(index)?.map(Digest::from_bytes));
    let token_hash = |index| Ok::<_, sqlx::Error>(hash(index)?.map(TokenHash::from_bytes));
    let address = match row.try_get::<Option<&str>, _>(14)? {
        Some(text) => Some(text.parse().map_err(|_| unreadable(14))?),
        None => None,
    };
    let mut remember = None;
    if let Some(token) = token_hash(15)? {
        let mut previous = None;
        if let Some(token) = token_hash(20)? {
            previous = Some(PreviousToken {
                token,
                counter: number(21)?.cast_unsigned(),
            });
        }
        remember = Some(Box::new(Remember {
            token,
            counter: number(16)?.cast_unsigned(),
            rotated_at: number(17)?,
            acknowledged: row.try_get(18)?,
            expires_at: number(19)?,
            previous,
        }));
    }
    Ok(Login {
        id: LoginId::from_bytes(array(id, 0)?),
        realm: Arc::clone(realm),
        user_id: row.try_get::<&str, _>(1)?.into(),
        generation: number(2)?.cast_unsigned(),
        version: number(3)?.cast_unsigned(),
        created_at: number(4)?,
        authenticated_at: number(5)?,
        session_started_at: number(6)?,
        last_seen_at: number(7)?,
        expires_at: number(8)?,
        fresh_since: optional_number(9)?,
        identifier: digest(10)?,
        auth_hash: digest(11)?,
        forced: row.try_get(12)?,
        user_agent: row.try_get::<Option<&str>, _>(13)?.map(Into::into),
        address,
        remember,
    })
}

fn array<const N: usize>(bytes: &[u8], index: usize) -> Result<[u8; N], sqlx::Error> {
    bytes.try_into().map_err(|_| unreadable(index))
}

fn unreadable(index: usize) -> sqlx::Error {
    let source = Box::new(Unreadable);
    sqlx::Error::ColumnDecode {
        index: columns!().split(", ").nth(index).unwrap_or_default().into(),
        source,
    }
}

/// A value that no release of this crate has written.
#[derive(Debug)]
struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it was not written by login-runtime; delete the row")
    }
}

impl Error for Unreadable {}
