//! What helps against a PostgreSQL error.

use crate::store::{StoreError, sqlx::failure::Failure};

pub(super) fn failure(database: String, cause: sqlx::Error) -> StoreError {
    let code = cause.as_database_error().and_then(|error| error.code());
    let advice = match code.as_deref() {
        Some("28000" | "28P01") => Some("refuses the account; check its name and password"),
        Some("3D000") => Some("does not exist; make it with `CREATE DATABASE`"),
        Some("42501") => Some(
            "does not let this account make or use the tables; grant it CREATE on the schema, or let \
             another account make them and grant it SELECT, INSERT, UPDATE and DELETE",
        ),
        Some("25006") => Some("is read-only; give the address of the primary"),
        Some("42P01") => Some("has lost the tables; start this program again to make them"),
        Some("53100") => Some("cannot grow; make room on its disk"),
        Some("53300") => {
            Some("has too many connections; raise `max_connections`, or use PgBouncer")
        }
        Some("57P01" | "57P02" | "57P03") => Some("is starting or stopping; it will be back"),
        Some("26000" | "42P05" | "08P01") => Some(
            "lost a prepared statement; through PgBouncer in transaction mode use at least version \
             1.21 with `max_prepared_statements` above 0",
        ),
        _ => super::super::failure::advice(&cause),
    };
    Failure {
        database: database.into(),
        advice,
        cause,
    }
    .into()
}
