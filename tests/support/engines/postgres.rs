//! A PostgreSQL server.

use std::{
    process::Stdio,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{
    installed, program,
    server::{Account, Server, command, folder, free_port, run},
};

/// One `postgres`, with an account `postgres` that needs no password.
#[derive(Debug)]
pub struct Postgres {
    /// The server.
    pub server: Server,
}

impl Postgres {
    /// The server that all tests of this process share.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Postgres>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server of the test's own.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// A server with more settings than those that all of them have, as `name=value`.
    pub fn start_with(more: &[&str]) -> Option<Self> {
        let server = installed("postgres")?;
        let initdb = installed("initdb")?;
        // It refuses to run as root.
        let account = Account::instead_of_root("postgres");
        let folder = folder("postgres", account);
        let data = folder.join("data").to_string_lossy().into_owned();
        run(command(&initdb, account)
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--no-sync", "--pgdata", &data])
            .current_dir(&folder));
        let port = free_port();
        let mut args = vec!["-D".into(), data, "-p".into(), port.to_string()];
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "max_connections=200",
        ]
        .iter()
        .chain(more)
        {
            args.extend(["-c".into(), (*setting).into()]);
        }
        let server = Server::start(folder, port, server, args, account, is_ready);
        Some(Self { server })
    }

    /// `postgres://postgres@127.0.0.1:PORT/postgres`
    pub fn url(&self) -> String {
        format!(
            "postgres://postgres@127.0.0.1:{}/postgres",
            self.server.port
        )
    }

    /// The address of a new database, in which there is nothing.
    ///
    /// # Panics
    ///
    /// It cannot be made.
    pub async fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("d{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let server = self.url();
        let mut connection = PgConnection::connect(&server).await.expect("it runs");
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create)
            .execute(&mut connection)
            .await
            .expect("the account may make databases");
        let (server, _) = server.rsplit_once('/').expect("it ends with a database");
        format!("{server}/{name}")
    }
}

fn is_ready(port: u16) -> bool {
    let Some(pg_isready) = program("pg_isready") else {
        panic!("there is a postgres and no pg_isready");
    };
    command(&pg_isready, None)
        .args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()])
        .stdin(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
