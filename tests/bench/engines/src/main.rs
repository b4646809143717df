//! What a login check costs over the wire where logins are on a server: ours, and axum-login with
//! tower-sessions' stores for the same server.
//!
//! ```text
//! cargo run --release --manifest-path tests/bench/engines/Cargo.toml        seven rounds, four minutes
//! cargo run --release --manifest-path tests/bench/engines/Cargo.toml -- 1   one round
//! ```
//!
//! It needs `wrk`, and of `postgres` and `redis-server` those that are to be measured.

#[allow(dead_code, reason = "the other program asks for more")]
#[path = "../../src/ask.rs"]
mod ask;
mod counts;
mod load;
#[allow(dead_code, reason = "the other program has more stores")]
mod peer;
#[path = "../../src/user.rs"]
mod user;

use std::env;

use axum::http::Method;
use login_tests::engines::{Postgres, Redis};
use tokio::net::TcpListener;

use ask::{call, request, set_cookies};
use counts::Counts;
use load::{Page, Server};

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;

/// Who is measured; the first beside the second.
const WHO: [&str; 2] = ["login-runtime", "axum-login"];

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments {
        ["serve", who, address] => serve(who, address).await,
        [] => run(7).await,
        [rounds] => run(rounds.parse()?).await,
        _ => Err("expected nothing, or how many rounds".into()),
    }
}

/// Serves one application on a free port, which it prints together with a logged-in cookie.
async fn serve(who: &str, address: &str) -> Result<(), Error> {
    let app = match who == WHO[0] {
        true => peer::ours(address).await?,
        false => peer::theirs(address).await?,
    };
    let response = call(&app, request(Method::POST, "/login/1", None)).await;
    let cookies = set_cookies(response.headers()).join("; ");
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{} {cookies}", listener.local_addr()?.port());
    axum::serve(listener, app).await?;
    Ok(())
}

async fn run(rounds: usize) -> Result<(), Error> {
    if let Some(server) = Postgres::start_with(&["shared_preload_libraries=pg_stat_statements"]) {
        let (ours, theirs) = (server.database().await, server.database().await);
        let counts = Counts::postgres(&server.url()).await?;
        measure("PostgreSQL", [&ours, &theirs], counts, rounds).await?;
    }
    if let Some(server) = Redis::start() {
        // As most have it; the server of the tests keeps more than a second's logins.
        server.command(&["CONFIG", "SET", "appendfsync", "everysec"]);
        let [ours, theirs] = [0, 1].map(|database| format!("{}/{database}", server.url()));
        measure("Redis", [&ours, &theirs], Counts::redis(server), rounds).await?;
    }
    Ok(())
}

/// Both in turn, round by round, and a table of what came out.
async fn measure(
    engine: &str,
    addresses: [&str; 2],
    mut counts: Counts,
    rounds: usize,
) -> Result<(), Error> {
    let mut servers = Vec::new();
    for (who, address) in WHO.into_iter().zip(addresses) {
        servers.push(Server::start(who, address).await?);
    }
    println!("{engine}, medians of {rounds} rounds");
    // Logins last: they leave theirs behind.
    for page in [Page::Protected, Page::Public, Page::Login] {
        for server in &servers {
            server.load(page).await?;
        }
        let mut measured = [Vec::new(), Vec::new()];
        for _ in 0..rounds {
            for (server, measured) in servers.iter().zip(&mut measured) {
                measured.push(server.load(page).await?);
            }
        }
        let [ours, theirs] = &measured;
        let mut ratios: Vec<_> = ours
            .iter()
            .zip(theirs)
            .map(|(ours, theirs)| ours.per_second / theirs.per_second)
            .collect();
        ratios.sort_by(f64::total_cmp);
        let (least, most) = (ratios[0], ratios[ratios.len() - 1]);
        let ratio = ratios[ratios.len() / 2];
        println!("\n  {page:?}: {ratio:.2} times the requests a second ({least:.2} to {most:.2})");
        for ((server, measured), address) in servers.iter().zip(&mut measured).zip(addresses) {
            measured.sort_by(|a, b| a.per_second.total_cmp(&b.per_second));
            let load::Round {
                per_second,
                p50,
                p99,
            } = &measured[measured.len() / 2];
            counts.reset().await?;
            let requests = server.one_by_one(page).await?;
            let asked = counts.each(address, requests).await?;
            let who = server.who;
            println!("    {who:<14} {per_second:>7.0}/s  p50 {p50:<8} p99 {p99:<8} asks {asked}");
        }
    }
    println!();
    Ok(())
}
