//! A login as a row, whatever the database.
//!
//! Every column has its own place in a row, the same in every statement. Unsigned numbers are kept
//! as the signed ones with the same bits, since databases have no others.

use std::{error::Error, fmt, sync::Arc};

use sqlx::{ColumnIndex, Database, Decode, Encode, Row, Type, query::Query};

use crate::login::{Login, LoginId, LoginParts};

// Macros, because `concat!` wants literals, and sqlx wants statements that are not put together while
// the program runs.

/// The columns that a write may change: the last ones of [`columns`].
#[cfg(any(feature = "postgres", feature = "sqlite"))]
macro_rules! state {
    () => {
        "version, created_at, last_seen_at, expires_at, payload"
    };
}

/// The columns that [`login`] reads, in its order; also those that [`bind`] binds, after `realm`.
macro_rules! columns {
    () => {
        "id, user_id, version, created_at, last_seen_at, expires_at, payload"
    };
}

pub(super) use columns;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(super) use state;

/// Binds `realm` and then every one of [`columns`].
pub(super) fn bind<'q, DB>(
    query: Query<'q, DB, DB::Arguments>,
    login: &Login,
) -> Query<'q, DB, DB::Arguments>
where
    DB: Database,
    for<'t> &'t str: Encode<'t, DB> + Type<DB>,
    for<'t> &'t [u8]: Encode<'t, DB> + Type<DB>,
    Vec<u8>: for<'t> Encode<'t, DB> + Type<DB>,
    for<'t> i64: Encode<'t, DB> + Type<DB>,
{
    query
        .bind(&*login.realm)
        .bind(&login.id.as_bytes()[..])
        .bind(&*login.user_id)
        .bind(login.version.cast_signed())
        .bind(login.created_at)
        .bind(login.last_seen_at)
        .bind(login.expires_at)
        .bind(login.payload())
}

/// Reads the login out of a row of [`columns`].
pub(super) fn login<'r, R>(row: &'r R, realm: &Arc<str>) -> Result<Arc<Login>, sqlx::Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    &'r str: Decode<'r, R::Database> + Type<R::Database>,
    &'r [u8]: Decode<'r, R::Database> + Type<R::Database>,
{
    let id: &[u8] = row.try_get(0)?;
    let number = |index| row.try_get::<i64, _>(index);
    let parts = LoginParts {
        realm,
        id: LoginId::from_bytes(id.try_into().map_err(|_| unreadable(0, Unreadable))?),
        // MySQL has it as bytes, so that it compares every one of them.
        user_id: row.try_get_unchecked(1)?,
        version: number(2)?.cast_unsigned(),
        created_at: number(3)?.into(),
        last_seen_at: number(4)?.into(),
        expires_at: number(5)?.into(),
        payload: row.try_get(6)?,
    };
    let login = Login::from_parts(parts).map_err(|error| unreadable(6, error))?;
    Ok(Arc::new(login))
}

/// Reads the logins out of rows of one realm.
pub(super) fn logins<R>(rows: &[R], realm: &str) -> Result<Vec<Arc<Login>>, sqlx::Error>
where
    R: Row,
    usize: ColumnIndex<R>,
    i64: for<'r> Decode<'r, R::Database> + Type<R::Database>,
    for<'r> &'r str: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> &'r [u8]: Decode<'r, R::Database> + Type<R::Database>,
{
    let realm = Arc::from(realm);
    rows.iter().map(|row| login(row, &realm)).collect()
}

/// A number of rows as a database counts them.
pub(super) fn number(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

/// A time, rounded up to a whole hour.
///
/// This is what the index of what has expired goes by, so that it has nothing to do when a login is
/// seen again.
pub(super) fn forget_at(time: i64) -> i64 {
    const HOUR: i64 = 3600;
    time.saturating_add((HOUR - time.rem_euclid(HOUR)) % HOUR)
}

/// How many records a purge that may forget so many may look at: of those that expire within the
/// hour, the index does not say which have.
pub(super) fn looks(limit: usize) -> i64 {
    const FOR_EACH: usize = 16;
    const AT_LEAST: usize = 1024;
    number(limit.saturating_mul(FOR_EACH).max(AT_LEAST))
}

fn unreadable(index: usize, source: impl Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::ColumnDecode {
        index: columns!().split(", ").nth(index).unwrap_or_default().into(),
        source: Box::new(source),
    }
}

/// A value that no release of this crate has written.
#[derive(Debug)]
struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it was not written by login-runtime; delete the record")
    }
}

impl Error for Unreadable {}
