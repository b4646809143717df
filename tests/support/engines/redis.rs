//! A Redis server.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::PathBuf,
    sync::OnceLock,
    time::Duration,
};

use super::{
    installed,
    server::{Server, folder, free_port},
};

/// One `redis-server`, alone.
#[derive(Debug)]
pub struct Redis {
    /// The server.
    pub server: Server,
}

impl Redis {
    /// The server that all tests of this process share.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Redis>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    /// A server of the test's own, which keeps what it has over a restart.
    pub fn start() -> Option<Self> {
        let program = installed("redis-server")?;
        let server = start(program, &[]);
        Some(Self { server })
    }

    /// `redis://127.0.0.1:PORT`
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.server.port)
    }

    /// Sends a command by hand; the answer as the server writes it.
    ///
    /// # Panics
    ///
    /// The server does not answer.
    pub fn command(&self, words: &[&str]) -> String {
        command(self.server.port, words).expect("the server answers")
    }
}

/// Starts a server with more settings than those that all of them have.
pub(super) fn start(program: PathBuf, settings: &[&str]) -> Server {
    let folder = folder("redis", None);
    let port = free_port();
    let mut args: Vec<String> = ["--bind", "127.0.0.1", "--dir", &folder.to_string_lossy()]
        .map(Into::into)
        .into();
    args.extend(["--port".into(), port.to_string()]);
    args.extend(
        [
            "--appendonly",
            "yes",
            "--appendfsync",
            "always",
            "--databases",
            "1000",
            "--save",
            "",
        ]
        .map(Into::into),
    );
    args.extend(settings.iter().map(|word| (*word).to_owned()));
    Server::start(folder, port, program, args, None, is_ready)
}

fn is_ready(port: u16) -> bool {
    command(port, &["PING"]).is_ok_and(|answer| answer.starts_with("+PONG"))
}

/// Sends a command, and reads what comes within one packet.
pub(super) fn command(port: u16, words: &[&str]) -> std::io::Result<String> {
    let mut connection = TcpStream::connect(("127.0.0.1", port))?;
    connection.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut request = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        write!(request, "${}\r\n{word}\r\n", word.len())?;
    }
    connection.write_all(&request)?;
    let mut answer = vec![0; 1 << 20];
    let length = connection.read(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer[..length]).into_owned())
}
