//! Connecting.

use std::{sync::Arc, time::Duration};

use redis::{
    Client, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisResult,
    aio::{ConnectionManager, ConnectionManagerConfig},
    cluster::ClusterClient,
    cmd,
    io::tcp::TcpSettings,
};

use super::{RedisStore, advice, connection::Connection, scan};
use crate::store::StoreError;

/// How long a server may take to accept a connection.
const TO_CONNECT: Duration = Duration::from_secs(2);

/// How long a server may take to answer: less than a request waits for the store.
const TO_ANSWER: Duration = Duration::from_secs(4);

/// How long what was sent may stay unacknowledged before the connection counts as dead. It is so short
/// that a request that met a dead connection has time for another one.
#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
const TO_ACKNOWLEDGE: Duration = Duration::from_millis(1500);

/// How often a command is sent again while a cluster finds itself.
const CLUSTER_RETRIES: u32 = 3;

/// Where a connection goes.
pub(super) struct Origin {
    servers: Vec<ConnectionInfo>,
    is_cluster: bool,
}

impl Origin {
    /// Connects; an answer may take `longer` than usually.
    pub(super) async fn connect(&self, longer: Duration) -> RedisResult<Connection> {
        let to_answer = TO_ANSWER + longer;
        if self.is_cluster {
            let client = ClusterClient::builder(self.servers.iter().cloned())
                .use_protocol(ProtocolVersion::RESP3)
                .tcp_settings(tcp())
                .retries(CLUSTER_RETRIES)
                .connection_timeout(TO_CONNECT)
                .response_timeout(to_answer)
                .overall_response_timeout(Some(to_answer))
                .build()?;
            return Ok(Connection::Cluster(client.get_async_connection().await?));
        }
        let config = ConnectionManagerConfig::new()
            // What is sent while the server is away is an error at once, and the next try a new one.
            .set_number_of_retries(1)
            .set_min_delay(Duration::from_millis(20))
            .set_connection_timeout(Some(TO_CONNECT))
            .set_response_timeout(Some(to_answer));
        let client = Client::open(self.servers[0].clone())?;
        let manager = ConnectionManager::new_with_config(client, config).await?;
        Ok(Connection::One(manager))
    }
}

fn tcp() -> TcpSettings {
    let settings = TcpSettings::default().set_nodelay(true);
    #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
    let settings = settings.set_user_timeout(TO_ACKNOWLEDGE);
    settings
}

/// Connects to what an address names, which may turn out to be a cluster.
pub(super) async fn open(url: &str) -> Result<RedisStore, StoreError> {
    let mut servers = Vec::new();
    for url in url.split(',') {
        let server = url.trim().into_connection_info();
        // The address may have a password in it, so it is not told.
        let server = server.map_err(|error| advice::failure("the address of Redis", error))?;
        let settings = server.redis_settings().clone();
        let settings = settings.set_protocol(ProtocolVersion::RESP3);
        servers.push(server.set_redis_settings(settings).set_tcp_settings(tcp()));
    }
    let names: Vec<_> = servers.iter().map(|it| it.addr().to_string()).collect();
    let name: Arc<str> = format!("redis://{}", names.join(",")).into();
    let mut origin = Origin {
        is_cluster: servers.len() > 1,
        servers,
    };
    let failed = |error| advice::failure(&name, error);
    let mut connection = origin.connect(Duration::ZERO).await.map_err(failed)?;
    if let Connection::One(manager) = &mut connection {
        let info: String = cmd("INFO")
            .arg("server")
            .query_async(manager)
            .await
            .map_err(failed)?;
        if field(&info, "redis_mode") == Some("cluster") {
            origin.is_cluster = true;
            connection = origin.connect(Duration::ZERO).await.map_err(failed)?;
        }
    }
    let store = RedisStore {
        connection,
        origin: Some(Arc::new(origin)),
        confirm: None,
        name: Arc::clone(&name),
    };
    check(&store).await?;
    Ok(store)
}

/// Refuses a replica, and warns of a server that forgets logins when it is short of memory.
pub(super) async fn check(store: &RedisStore) -> Result<(), StoreError> {
    let failed = |error| store.failure(error);
    let nodes = scan::nodes(&store.connection).await.map_err(failed)?;
    let mut warned = false;
    for node in nodes.slots {
        let ask = |section| {
            let mut info = cmd("INFO");
            info.arg(section);
            info
        };
        let to = || scan::node(node);
        let replication: String = store
            .connection
            .send(to, &ask("replication"))
            .await
            .map_err(failed)?;
        if field(&replication, "role") == Some("slave") {
            return Err(StoreError::unavailable(format!(
                "`{}` is a replica, which answers with what was true a moment ago; give the \
                 address of its primary",
                store.name
            )));
        }
        let memory: String = store
            .connection
            .send(to, &ask("memory"))
            .await
            .map_err(failed)?;
        let policy = field(&memory, "maxmemory_policy").unwrap_or("noeviction");
        if policy != "noeviction" && !warned {
            warned = true;
            tracing::warn!(
                target: "login_runtime",
                server = &*store.name,
                policy,
                "when it is short of memory this Redis will forget logins, and log people out; \
                 set `maxmemory-policy noeviction`"
            );
        }
    }
    Ok(())
}

/// The value of a line `name:value`.
pub(super) fn field<'i>(info: &'i str, name: &str) -> Option<&'i str> {
    let of = |line: &'i str| line.strip_prefix(name)?.strip_prefix(':');
    info.lines().find_map(of).map(str::trim)
}
