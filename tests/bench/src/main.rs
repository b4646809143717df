//! What a login check costs, beside bare axum and the peers.
//!
//! ```text
//! cargo run -p login-bench --release -- --quick   the table, within 50 s, one JSON object last
//! cargo run -p login-bench --release              the same for three minutes, and the bar chart
//! cargo run -p login-bench --release -- wire      real servers on loopback, under load
//! cargo run -p login-bench --release --bin login-bench-size   one login, a million, SQLite
//! tests/bench/callgrind.sh                        instructions per request
//! tests/bench/build-cost.sh, macro-cost.sh        crates and seconds at build time
//! ```

mod ask;
mod chart;
mod count;
mod measure;
mod peer;
mod report;
mod user;
mod wire;

use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    // Servers run as `#[tokio::main]` has them; everything else is measured on one thread.
    let mut runtime = match *arguments {
        ["serve", _] => tokio::runtime::Builder::new_multi_thread(),
        _ => tokio::runtime::Builder::new_current_thread(),
    };
    let runtime = runtime.enable_all().build()?;
    runtime.block_on(async {
        match *arguments {
            ["--quick"] => {
                let table = measure::all(Duration::from_secs(38)).await;
                report::print(&table);
            }
            [] => {
                let table = measure::all(Duration::from_mins(3)).await;
                std::fs::write(chart::PATH, chart::svg(&table))?;
                report::print(&table);
            }
            ["wire"] => wire::run().await?,
            ["serve", name] => wire::serve(name).await?,
            ["count", name, ask, requests] => count::run(name, ask, requests.parse()?).await?,
            _ => {
                return Err(
                    "expected nothing, `--quick`, `wire` or `count PEER ASK REQUESTS`".into(),
                );
            }
        }
        Ok(())
    })
}
