//! A MariaDB server.

use std::{
    io::Read,
    net::TcpStream,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection, MySqlConnection};

use super::{
    installed,
    server::{Server, command, folder, free_port, run},
};

/// One `mariadbd`, with an account `root` that needs no password, and a database `test`.
#[derive(Debug)]
pub struct MariaDb {
    /// The server.
    pub server: Server,
}

impl MariaDb {
    /// The server that all tests of this process share.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<MariaDb>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server of the test's own.
    pub fn start() -> Option<Self> {
        let server = installed("mariadbd")?;
        let install = installed("mariadb-install-db")?;
        let folder = folder("mariadb", None);
        let data = format!("--datadir={}", folder.join("data").display());
        let mut args: Vec<String> = [
            "--no-defaults",
            &data,
            "--user=root",
            "--innodb-flush-log-at-trx-commit=2",
            "--innodb-log-file-size=16M",
            "--innodb-buffer-pool-size=64M",
        ]
        .map(Into::into)
        .into();
        run(command(&install, None)
            .args(&args)
            .arg("--auth-root-authentication-method=normal")
            .current_dir(&folder));
        let port = free_port();
        let socket = folder.join("socket");
        args.extend([
            "--bind-address=127.0.0.1".into(),
            format!("--port={port}"),
            format!("--socket={}", socket.display()),
            format!("--pid-file={}", folder.join("pid").display()),
            "--skip-name-resolve".into(),
            "--max-connections=200".into(),
        ]);
        let server = Server::start(folder, port, server, args, None, is_ready);
        Some(Self { server })
    }

    /// `mysql://root@127.0.0.1:PORT/test`
    pub fn url(&self) -> String {
        format!("mysql://root@127.0.0.1:{}/test", self.server.port)
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
        let mut connection = MySqlConnection::connect(&server).await.expect("it runs");
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::query(create)
            .execute(&mut connection)
            .await
            .expect("the account may make databases");
        let (server, _) = server.rsplit_once('/').expect("it ends with a database");
        format!("{server}/{name}")
    }
}

/// A server that takes connections begins by saying what it speaks: version 10.
fn is_ready(port: u16) -> bool {
    let hello = || -> std::io::Result<[u8; 5]> {
        let mut connection = TcpStream::connect(("127.0.0.1", port))?;
        connection.set_read_timeout(Some(Duration::from_secs(5)))?;
        let mut hello = [0; 5];
        connection.read_exact(&mut hello)?;
        Ok(hello)
    };
    hello().is_ok_and(|hello| hello[4] == 10)
}
