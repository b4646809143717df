//! How statements are carried out that are more than one, or may be in each other's way.

use std::{future::Future, io};

/// How often a step begins anew that the database has undone.
const ATTEMPTS: usize = 10;

/// Runs a transaction in a task of its own, where nobody can drop it halfway.
///
/// A pooled connection whose `begin` is dropped stays inside of a transaction, and the next one who
/// gets it writes what is never committed.
pub(super) async fn to_its_end<T: Send + 'static>(
    transaction: impl Future<Output = Result<T, sqlx::Error>> + Send + 'static,
) -> Result<T, sqlx::Error> {
    match tokio::spawn(transaction).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime shuts down.
            Err(error) => Err(sqlx::Error::Io(io::Error::other(error))),
        },
    }
}

/// Carries out a step, and again where the database undid it because it was in another's way.
pub(super) async fn settled<T, F>(mut step: impl FnMut() -> F) -> Result<T, sqlx::Error>
where
    F: Future<Output = Result<T, sqlx::Error>>,
{
    for _ in 1..ATTEMPTS {
        match step().await {
            Err(error) if is_undone(&error) => {}
            answer => return answer,
        }
    }
    step().await
}

/// Whether this is a deadlock (`40P01` in PostgreSQL, `40001` in MySQL and MariaDB) or transactions
/// that could not be put in a row (`40001`): nothing was done, and it may be tried again.
fn is_undone(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("40001" | "40P01"))
}
