//! Waiting for replicas.

use std::{num::NonZeroUsize, time::Duration};

use redis::{Cmd, FromRedisValue, Pipeline, RedisResult, Value};

use super::{
    connection::{Connection, primary_of, whole},
    key::Key,
    scripts::Script,
};
use crate::store::StoreError;

/// A connection of its own, because who waits for replicas lets everybody behind it wait.
#[derive(Clone)]
pub(super) struct Confirm {
    connection: Connection,
    replicas: NonZeroUsize,
    timeout: Duration,
}

impl Confirm {
    pub(super) fn new(connection: Connection, replicas: NonZeroUsize, timeout: Duration) -> Self {
        Self {
            connection,
            replicas,
            timeout,
        }
    }

    /// Runs a script, as [`command`](Self::command) does.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        key: &Key,
        arg: &[u8],
    ) -> RedisResult<Result<T, StoreError>> {
        self.command(key, whole(script, key, &[arg])).await
    }

    /// Sends a command, and waits until enough replicas have what it wrote.
    pub(super) async fn command<T: FromRedisValue>(
        &self,
        key: &Key,
        command: Cmd,
    ) -> RedisResult<Result<T, StoreError>> {
        let mut both = Pipeline::with_capacity(2);
        both.add_command(command)
            .cmd("WAIT")
            .arg(self.replicas.get())
            // Not 0, which would be without end.
            .arg(self.timeout.as_millis().max(1).to_string());
        let answers = match self.send(key, &both).await {
            Err(error) if error.is_connection_dropped() => self.send(key, &both).await,
            answers => answers,
        }?;
        let mut answers = answers.into_iter().map(Value::extract_error);
        let answer = answers.next().unwrap_or(Ok(Value::Nil))?;
        let confirmed = usize::from_redis_value(answers.next().unwrap_or(Ok(Value::Nil))?)?;
        if confirmed >= self.replicas.get() {
            return Ok(Ok(T::from_redis_value(answer)?));
        }
        Ok(Err(StoreError::unavailable(format!(
            "the login has ended on the primary, but {confirmed} of {} replicas said in time that \
             they have that too; check the replication",
            self.replicas
        ))))
    }

    async fn send(&self, key: &Key, both: &Pipeline) -> RedisResult<Vec<Value>> {
        match self.connection.clone() {
            Connection::One(mut connection) => connection.send_packed_commands(both, 0, 2).await,
            Connection::Cluster(mut connection) => {
                let to = primary_of(key.text());
                connection.route_pipeline(both.clone(), 0, 2, to).await
            }
        }
    }
}

impl std::fmt::Debug for Confirm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Confirm")
            .field("replicas", &self.replicas)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
