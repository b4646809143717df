//! What helps against an error of MariaDB or MySQL.

use sqlx::mysql::MySqlDatabaseError;

use crate::store::{StoreError, sqlx::failure::Failure};

pub(super) fn failure(database: String, cause: sqlx::Error) -> StoreError {
    let advice = match number(&cause) {
        Some(1045 | 1698) => Some("refuses the account; check its name and password"),
        Some(1046 | 1049) => Some("does not exist; make it with `CREATE DATABASE`, and name it"),
        Some(1044 | 1142) => Some(
            "does not let this account make or use the tables; grant it CREATE, SELECT, INSERT, \
             UPDATE and DELETE",
        ),
        Some(1290 | 1792 | 1836) => Some("is read-only; give the address of the primary"),
        Some(1146) => Some("has lost the tables; start this program again to make them"),
        Some(1021 | 1114) => Some("cannot grow; make room on its disk"),
        Some(1040 | 1203) => Some("has too many connections; raise `max_connections`"),
        Some(1053) => Some("is stopping"),
        Some(1205) => Some("is held locked; look for a transaction that stays open"),
        _ if cause.to_string().contains("mysql-rsa") => Some(
            "wants the password encrypted; switch one of sqlx's `tls-` features or its `mysql-rsa` \
             on in your application",
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

fn number(error: &sqlx::Error) -> Option<u16> {
    let error = error.as_database_error()?;
    let error = error.try_downcast_ref::<MySqlDatabaseError>()?;
    Some(error.number())
}
