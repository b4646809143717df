//! One server or many.

use redis::{
    Cmd, FromRedisValue, RedisError, RedisResult, ServerErrorKind,
    aio::ConnectionManager,
    cluster_async::ClusterConnection,
    cluster_routing::{Route, RoutingInfo, SingleNodeRoutingInfo, SlotAddr},
    cmd,
};

use super::{key::Key, scripts::Script};

/// A connection that many share, and that is made anew when it is lost.
#[derive(Clone)]
pub(super) enum Connection {
    One(ConnectionManager),
    Cluster(ClusterConnection),
}

/// The server to ask: in a cluster the primary of the key, and never a replica of it, whatever the
/// application has said about reading.
pub(super) fn primary_of(key: impl AsRef<[u8]>) -> SingleNodeRoutingInfo {
    SingleNodeRoutingInfo::SpecificNode(Route::with_key(key, SlotAddr::Master))
}

impl Connection {
    /// Sends a command about a key.
    pub(super) async fn at<T: FromRedisValue>(&self, key: &Key, command: &Cmd) -> RedisResult<T> {
        self.send(|| primary_of(key.text()), command).await
    }

    /// Sends a command to a server of the cluster; and once more, where the connection turns out to
    /// have been dead. Every command of this store may be carried out twice.
    pub(super) async fn send<T: FromRedisValue>(
        &self,
        to: impl Fn() -> SingleNodeRoutingInfo,
        command: &Cmd,
    ) -> RedisResult<T> {
        match self.send_once(to(), command).await {
            Err(error) if error.is_connection_dropped() => self.send_once(to(), command).await,
            answer => answer,
        }
    }

    async fn send_once<T: FromRedisValue>(
        &self,
        to: SingleNodeRoutingInfo,
        command: &Cmd,
    ) -> RedisResult<T> {
        let value = match self.clone() {
            Self::One(mut connection) => connection.send_packed_command(command).await?,
            Self::Cluster(mut connection) => {
                let to = RoutingInfo::SingleNode(to);
                connection.route_command(command.clone(), to).await?
            }
        };
        Ok(T::from_redis_value(value.extract_error()?)?)
    }

    /// Runs a script, which the server most often has already.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        key: &Key,
        args: &[&[u8]],
    ) -> RedisResult<T> {
        match self.at(key, &known(script, key, args)).await {
            Err(error) if is_unknown_script(&error) => {
                self.at(key, &whole(script, key, args)).await
            }
            answer => answer,
        }
    }
}

fn known(script: &Script, key: &Key, args: &[&[u8]]) -> Cmd {
    let mut command = cmd("EVALSHA");
    command.arg(&script.hash).arg(1).arg(key).arg(args);
    command
}

/// The script itself, which the server then has.
pub(super) fn whole(script: &Script, key: &Key, args: &[&[u8]]) -> Cmd {
    let mut command = cmd("EVAL");
    command.arg(script.code).arg(1).arg(key).arg(args);
    command
}

fn is_unknown_script(error: &RedisError) -> bool {
    error.kind() == redis::ErrorKind::Server(ServerErrorKind::NoScript)
}
