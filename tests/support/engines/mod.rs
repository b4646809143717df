//! Database servers that a test starts for itself: on free ports of the loopback, in folders that
//! are gone afterwards.
//!
//! Where a server is not installed there is none, a line says so, and the test is to return. With
//! `REQUIRE_ENGINES=1` in the environment that is a failure instead.
//!
//! `shared` is one server for the whole test process, which nobody may disturb; `start` is one of
//! the test's own, to be killed, hung and started again. Both end with the process, however it ends.

mod mariadb;
mod postgres;
mod redis;
mod redis_cluster;
mod server;

pub use self::{
    mariadb::MariaDb, postgres::Postgres, redis::Redis, redis_cluster::RedisCluster, server::Server,
};

use std::{env, path::PathBuf};

use crate::say;

/// Where an installed program is, which may be where no shell looks for it.
fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let mut candidates: Vec<_> = folders.map(|folder| folder.join(name)).collect();
    if let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") {
        candidates.extend(
            versions
                .flatten()
                .map(|version| version.path().join("bin").join(name)),
        );
    }
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// The program of a server, or a line that says that what needs it is left out.
fn installed(name: &str) -> Option<PathBuf> {
    let found = program(name);
    if found.is_none() {
        let required = env::var_os("REQUIRE_ENGINES").is_some_and(|value| value == "1");
        assert!(
            !required,
            "REQUIRE_ENGINES=1, and no {name} on this machine"
        );
        say(format_args!("skipped: no {name} on this machine"));
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn servers_are_killed_and_hung_and_come_back() {
        let servers = [
            Redis::start().map(|redis| redis.server),
            Postgres::start().map(|postgres| postgres.server),
            MariaDb::start().map(|maria| maria.server),
        ];
        for mut server in servers.into_iter().flatten() {
            assert!(server.answers());
            server.kill();
            assert!(!server.answers());
            server.start_again();
            server.hang();
            assert!(!server.answers());
            server.go_on();
            assert!(server.answers());
        }
    }

    #[test]
    fn a_replica_takes_over_from_a_primary_that_is_gone() {
        let Some(mut cluster) = RedisCluster::start() else {
            return;
        };
        let before = cluster.primary_of("key");
        assert!(cluster.urls()[..3].contains(&format!("redis://127.0.0.1:{before}")));
        cluster.kill(before);
        let began = Instant::now();
        cluster.settled(Some(before));
        assert!(began.elapsed() < Duration::from_secs(30));
    }
}
