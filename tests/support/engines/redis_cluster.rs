//! Six Redis servers.

use std::{
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

use super::{
    installed,
    redis::{command, start},
    server::Server,
};

/// Three primaries and a replica of each.
#[derive(Debug)]
pub struct RedisCluster(Vec<Server>);

/// How many primaries there are.
const PRIMARIES: usize = 3;

/// How many slots a cluster has.
const SLOTS: usize = 16384;

/// How long a primary has to be away before its replica takes over.
const NODE_TIMEOUT: &str = "1000";

impl RedisCluster {
    /// The cluster that all tests of this process share.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<RedisCluster>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A cluster of the test's own.
    ///
    /// # Panics
    ///
    /// The servers start and find no agreement.
    pub fn start() -> Option<Self> {
        let program = installed("redis-server")?;
        let settings = [
            "--cluster-enabled",
            "yes",
            "--cluster-node-timeout",
            NODE_TIMEOUT,
        ];
        let nodes: Vec<_> = (0..2 * PRIMARIES)
            .map(|_| start(program.clone(), &settings))
            .collect();
        let cluster = Self(nodes);
        cluster.meet();
        Some(cluster)
    }

    /// `redis://127.0.0.1:PORT` of every server.
    pub fn urls(&self) -> Vec<String> {
        let url = |node: &Server| format!("redis://127.0.0.1:{}", node.port);
        self.0.iter().map(url).collect()
    }

    /// The port of the primary that has the slot of a key.
    ///
    /// # Panics
    ///
    /// None of the servers knows.
    pub fn primary_of(&self, key: &str) -> u16 {
        let slot = self.ask(0, &["CLUSTER", "KEYSLOT", key]);
        let slot: usize = slot.trim_start_matches(':').trim().parse().expect("a slot");
        let nodes = self.ask(0, &["CLUSTER", "NODES"]);
        let owner = nodes.lines().find(|line| {
            line.split(' ').skip(8).any(|range| {
                let (first, last) = range.split_once('-').unwrap_or((range, range));
                let bound = |text: &str| text.parse::<usize>().ok();
                bound(first) <= Some(slot) && Some(slot) <= bound(last) && bound(first).is_some()
            })
        });
        let address = owner.expect("somebody has it").split([' ', '@']).nth(1);
        let port = address.and_then(|address| address.rsplit(':').next());
        port.and_then(|port| port.parse().ok()).expect("a port")
    }

    /// The keys that match a pattern, wherever they are.
    ///
    /// # Panics
    ///
    /// A server does not answer.
    pub fn keys(&self, pattern: &str) -> Vec<String> {
        let nodes = 0..PRIMARIES;
        let answers = nodes.map(|node| self.ask(node, &["KEYS", pattern]));
        let lines = answers.flat_map(|answer| answer.lines().map(Into::into).collect::<Vec<_>>());
        lines
            .filter(|line: &String| !line.starts_with(['*', '$']))
            .collect()
    }

    /// Ends a server without a word of warning.
    pub fn kill(&mut self, port: u16) {
        self.node(port).kill();
    }

    /// Starts it again with the data it had.
    pub fn start_again(&mut self, port: u16) {
        self.node(port).start_again();
    }

    /// Waits until every slot has a primary again, as the others see it.
    ///
    /// # Panics
    ///
    /// That takes more than a minute.
    pub fn settled(&self, but: Option<u16>) {
        self.wait("the cluster has not settled", || {
            self.0
                .iter()
                .filter(|node| Some(node.port) != but)
                .all(|node| {
                    command(node.port, &["CLUSTER", "INFO"])
                        .is_ok_and(|info| info.contains("cluster_state:ok"))
                })
        });
    }

    fn node(&mut self, port: u16) -> &mut Server {
        let node = self.0.iter_mut().find(|node| node.port == port);
        node.expect("it is one of the cluster")
    }

    fn ask(&self, node: usize, words: &[&str]) -> String {
        command(self.0[node].port, words).expect("the server answers")
    }

    fn meet(&self) {
        for (node, _) in self.0.iter().enumerate() {
            if node < PRIMARIES {
                let first = (node * SLOTS / PRIMARIES).to_string();
                let last = ((node + 1) * SLOTS / PRIMARIES - 1).to_string();
                self.ask(node, &["CLUSTER", "ADDSLOTSRANGE", &first, &last]);
            }
            let epoch = (node + 1).to_string();
            self.ask(node, &["CLUSTER", "SET-CONFIG-EPOCH", &epoch]);
            let port = self.0[0].port.to_string();
            self.ask(node, &["CLUSTER", "MEET", "127.0.0.1", &port]);
        }
        let everybody = format!("cluster_known_nodes:{}", self.0.len());
        self.wait("the servers have not met", || {
            (0..self.0.len()).all(|node| self.ask(node, &["CLUSTER", "INFO"]).contains(&everybody))
        });
        for replica in PRIMARIES..self.0.len() {
            let primary = self.ask(replica - PRIMARIES, &["CLUSTER", "MYID"]);
            let primary = primary.lines().nth(1).expect("an id").to_owned();
            self.wait("a replica does not know its primary", || {
                self.ask(replica, &["CLUSTER", "REPLICATE", &primary])
                    .starts_with("+OK")
            });
        }
        self.settled(None);
        self.wait("a replica has not caught up", || {
            (PRIMARIES..self.0.len()).all(|node| {
                self.ask(node, &["INFO", "replication"])
                    .contains("master_link_status:up")
            })
        });
    }

    fn wait(&self, what: &str, until: impl Fn() -> bool) {
        let give_up = Instant::now() + Duration::from_secs(60);
        while !until() {
            assert!(
                Instant::now() < give_up,
                "{what}: {}",
                self.ask(0, &["CLUSTER", "NODES"])
            );
            thread::sleep(Duration::from_millis(50));
        }
    }
}
