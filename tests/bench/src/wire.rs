//! Real servers on loopback, under a bounded load of this package's own.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use axum::http::{HeaderValue, Method};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
};

use crate::{
    ask::{call, request, set_cookies},
    measure::{BARE, OURS, RIVAL},
    peer,
};

const CONNECTIONS: usize = 32;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(2);

type Error = Box<dyn std::error::Error + Send + Sync>;

/// Serves one peer on a free port, which it prints together with a logged-in cookie.
pub(crate) async fn serve(name: &str) -> Result<(), Error> {
    let peers = peer::all().await;
    let peer = peers
        .into_iter()
        .find(|it| it.name == name)
        .ok_or("no such peer")?;
    let response = call(&peer.app, request(Method::POST, "/login/1", None)).await;
    let cookies = set_cookies(response.headers()).join("; ");
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{} {cookies}", listener.local_addr()?.port());
    axum::serve(listener, peer.app).await?;
    Ok(())
}

struct Server {
    name: &'static str,
    _child: Child,
    port: u16,
    request: Vec<u8>,
    per_second: Vec<f64>,
    latencies: Vec<Duration>,
}

impl Server {
    async fn start(name: &'static str) -> Result<Self, Error> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["serve", name])
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or("no output")?;
        BufReader::new(stdout).read_line(&mut line).await?;
        let (port, cookie) = line
            .trim_end()
            .split_once(' ')
            .unwrap_or((line.trim_end(), ""));
        let cookie = match cookie {
            "" => format!("__Host-login_session={}", "x".repeat(98)),
            cookie => cookie.to_owned(),
        };
        let example = request(
            Method::GET,
            "/dashboard",
            HeaderValue::try_from(cookie).ok(),
        );
        let mut text = b"GET /dashboard HTTP/1.1\r\n".to_vec();
        for (name, value) in example.headers() {
            text.extend_from_slice(name.as_ref());
            text.extend_from_slice(b": ");
            text.extend_from_slice(value.as_bytes());
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(b"\r\n");
        Ok(Self {
            name,
            port: port.parse()?,
            _child: child,
            request: text,
            per_second: Vec::new(),
            latencies: Vec::new(),
        })
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a few hundred thousand requests"
    )]
    async fn load(&mut self, length: Duration) -> Result<(), Error> {
        let started = Instant::now();
        let mut clients = Vec::new();
        for _ in 0..CONNECTIONS {
            let client = client(self.port, self.request.clone(), started + length);
            clients.push(tokio::spawn(client));
        }
        let mut count = 0;
        for client in clients {
            let latencies = client.await??;
            count += latencies.len();
            self.latencies.extend(latencies);
        }
        self.per_second
            .push(count as f64 / started.elapsed().as_secs_f64());
        Ok(())
    }

    fn median(&mut self) -> f64 {
        self.per_second.sort_by(f64::total_cmp);
        self.per_second[self.per_second.len() / 2]
    }
}

/// One connection that is kept open: a request, its whole answer, the next request.
async fn client(port: u16, request: Vec<u8>, until: Instant) -> Result<Vec<Duration>, Error> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let mut latencies = Vec::new();
    let mut buffer = [0; 4096];
    while Instant::now() < until {
        let sent = Instant::now();
        stream.write_all(&request).await?;
        let mut filled = 0;
        while !is_whole(&buffer[..filled])? {
            match stream.read(&mut buffer[filled..]).await? {
                0 => return Err("the server closed the connection".into()),
                read => filled += read,
            }
        }
        latencies.push(sent.elapsed());
    }
    Ok(latencies)
}

/// Whether the buffer holds the whole answer, which has to be the page itself.
fn is_whole(buffer: &[u8]) -> Result<bool, Error> {
    let text = std::str::from_utf8(buffer)?;
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return Ok(false);
    };
    if !head.starts_with("HTTP/1.1 200") {
        return Err(format!("not the page: {head}").into());
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    Ok(body.len() >= length.ok_or("no content-length")?.parse()?)
}

/// Requests of a protected page per second, as a part of bare axum's.
pub(crate) async fn run() -> Result<(), Error> {
    let mut servers = Vec::new();
    for name in [BARE, OURS, RIVAL] {
        let mut server = Server::start(name).await?;
        server.load(Duration::from_millis(300)).await?;
        server.per_second.clear();
        server.latencies.clear();
        servers.push(server);
    }
    for _ in 0..ROUNDS {
        for server in &mut servers {
            server.load(ROUND).await?;
        }
    }
    println!(
        "protected pages over loopback, {CONNECTIONS} connections, medians of {ROUNDS} rounds"
    );
    let bare = servers[0].median();
    for server in &mut servers {
        let per_second = server.median();
        server.latencies.sort_unstable();
        let at = |part: usize| server.latencies[server.latencies.len() * part / 1000].as_micros();
        println!(
            "{:<16} {per_second:>9.0}/s  {:.3} of bare axum  p50 {} µs  p99 {} µs",
            server.name,
            per_second / bare,
            at(500),
            at(990),
        );
    }
    Ok(())
}
