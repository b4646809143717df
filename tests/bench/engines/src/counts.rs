//! What a server says it was asked.

use login_tests::engines::Redis;
use sqlx::{Connection, PgConnection};

use crate::Error;

/// The server's own count of what it was asked.
pub(crate) enum Counts {
    /// `pg_stat_statements`
    Postgres(PgConnection),
    /// `INFO commandstats`
    Redis(Redis),
}

impl Counts {
    pub(crate) async fn postgres(address: &str) -> Result<Self, Error> {
        let mut connection = PgConnection::connect(address).await?;
        sqlx::raw_sql("CREATE EXTENSION pg_stat_statements")
            .execute(&mut connection)
            .await?;
        Ok(Self::Postgres(connection))
    }

    pub(crate) fn redis(server: Redis) -> Self {
        Self::Redis(server)
    }

    /// Counts anew.
    pub(crate) async fn reset(&mut self) -> Result<(), Error> {
        match self {
            Self::Postgres(connection) => {
                sqlx::raw_sql("SELECT pg_stat_statements_reset()")
                    .execute(connection)
                    .await?;
            }
            Self::Redis(server) => {
                server.command(&["CONFIG", "RESETSTAT"]);
            }
        }
        Ok(())
    }

    /// What it was asked for each of so many requests, by the application at an address.
    pub(crate) async fn each(&mut self, address: &str, requests: u64) -> Result<String, Error> {
        let mut asked: Vec<(String, u64)> = match self {
            Self::Postgres(connection) => {
                let (_, database) = address
                    .rsplit_once('/')
                    .ok_or("an address without a database")?;
                let rows: Vec<(String, i64)> = sqlx::query_as(
                    "SELECT upper(split_part(query, ' ', 1)), sum(calls)::bigint \
                     FROM pg_stat_statements \
                     JOIN pg_database ON pg_database.oid = dbid AND datname = $1 GROUP BY 1",
                )
                .bind(database)
                .fetch_all(connection)
                .await?;
                let rows = rows.into_iter();
                rows.map(|(word, calls)| (word, calls.cast_unsigned()))
                    .collect()
            }
            Self::Redis(server) => {
                let said = server.command(&["INFO", "commandstats"]);
                let lines = said.lines().filter_map(|line| {
                    let (command, rest) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
                    let (calls, _) = rest.split_once(',')?;
                    Some((command.to_uppercase(), calls.parse().ok()?))
                });
                // What this program has sent itself.
                lines
                    .filter(|(command, _)| !command.starts_with("CONFIG"))
                    .collect()
            }
        };
        asked.sort();
        let each = |calls: u64| calls as f64 / requests as f64;
        let asked: Vec<_> = asked
            .into_iter()
            .filter(|(_, calls)| each(*calls) >= 0.005)
            .map(|(word, calls)| format!("{word} {:.2}", each(calls)))
            .collect();
        match asked.is_empty() {
            true => Ok("nothing".to_owned()),
            false => Ok(asked.join(", ")),
        }
    }
}
