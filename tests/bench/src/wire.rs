//! Real servers on loopback, under the bounded load of wrk, on the same cores.

use std::process::Stdio;

use axum::http::{HeaderValue, Method, header::HOST};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::{Child, Command},
};

use crate::{
    ask::{call, request, set_cookies},
    measure::{BARE, OURS, RIVAL},
    peer,
};

const CONNECTIONS: &str = "32";
const ROUNDS: usize = 15;
/// Whole seconds: wrk takes nothing else.
const ROUND: &str = "2s";

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
    wrk: Vec<String>,
    rounds: Vec<Round>,
}

/// What wrk says of one round.
struct Round {
    per_second: f64,
    p50: String,
    p99: String,
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
        let cookie = HeaderValue::try_from(cookie).ok();
        let example = request(Method::GET, "/dashboard", cookie);
        let mut wrk: Vec<_> = ["-t", "1", "-c", CONNECTIONS, "-d", ROUND, "--latency"]
            .map(str::to_owned)
            .into();
        for (name, value) in example.headers().iter().filter(|(name, _)| *name != HOST) {
            wrk.extend(["-H".to_owned(), format!("{name}: {}", value.to_str()?)]);
        }
        wrk.push(format!("http://127.0.0.1:{port}/dashboard"));
        Ok(Self {
            name,
            _child: child,
            wrk,
            rounds: Vec::new(),
        })
    }

    async fn load(&self) -> Result<Round, Error> {
        let ran = Command::new("wrk").args(&self.wrk).output().await;
        let ran = ran.map_err(|error| format!("wrk cannot be run, install it: {error}"))?;
        let said = String::from_utf8(ran.stdout)?;
        if !ran.status.success() || said.contains("Non-2xx") || said.contains("Socket errors") {
            return Err(format!("{} did not answer every request: {said}", self.name).into());
        }
        let after = |label: &str| {
            let mut lines = said.lines().map(str::trim);
            let found = lines.find_map(|line| line.strip_prefix(label));
            Ok::<_, Error>(found.ok_or("wrk says something else")?.trim().to_owned())
        };
        Ok(Round {
            per_second: after("Requests/sec:")?.parse()?,
            p50: after("50%")?,
            p99: after("99%")?,
        })
    }

    /// The round in the middle.
    fn median(&mut self) -> &Round {
        self.rounds
            .sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
        &self.rounds[self.rounds.len() / 2]
    }
}

/// Requests of a protected page per second, as a part of bare axum's.
pub(crate) async fn run() -> Result<(), Error> {
    let mut servers = Vec::new();
    for name in [BARE, OURS, RIVAL] {
        let server = Server::start(name).await?;
        server.load().await?;
        servers.push(server);
    }
    for _ in 0..ROUNDS {
        for server in &mut servers {
            let round = server.load().await?;
            server.rounds.push(round);
        }
    }
    println!(
        "protected pages over loopback, {CONNECTIONS} connections, medians of {ROUNDS} rounds"
    );
    let bare = servers[0].median().per_second;
    for server in &mut servers {
        let name = server.name;
        let Round {
            per_second,
            p50,
            p99,
        } = server.median();
        let part = per_second / bare;
        println!("{name:<16} {per_second:>9.0}/s  {part:.3} of bare axum  p50 {p50}  p99 {p99}");
    }
    Ok(())
}
