//! The bar chart of overheads, as SVG.

use std::fmt::Write as _;

use crate::{
    ask::Ask,
    measure::{OURS, RIVAL, Table},
};

/// Where the chart lies, seen from the root of the repository.
pub(crate) const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/overhead.svg");

const SHOWN: [Ask; 4] = [
    Ask::PublicAnonymous,
    Ask::PublicWithCookie,
    Ask::Protected,
    Ask::Refused,
];
const PEERS: [&str; 4] = [OURS, RIVAL, "axum_session_auth", "tower-sessions, one key"];

const BAR: f64 = 16.0;
const LEFT: f64 = 200.0;
const WIDE: f64 = 460.0;

/// What each library adds to bare axum, grouped by request.
pub(crate) fn svg(table: &Table) -> String {
    let shown = |peer, ask| table.overhead(peer, ask).map(|it| it.max(0.0));
    let most = SHOWN
        .iter()
        .flat_map(|&ask| PEERS.iter().filter_map(move |peer| shown(peer, ask)));
    let most = most.fold(1.0, f64::max);
    let mut bars = String::new();
    let mut y = 52.0;
    for ask in SHOWN {
        let title = ask.name().replace('_', " ");
        let _ = writeln!(
            bars,
            r#"<text x="12" y="{}" class="ask">{title}</text>"#,
            y + 12.0
        );
        y += 20.0;
        for peer in PEERS {
            let Some(over) = shown(peer, ask) else {
                continue;
            };
            let class = if peer == OURS { "ours" } else { "peer" };
            let (width, text) = (over / most * WIDE, y + BAR * 0.75);
            let _ = writeln!(
                bars,
                r#"<text x="{}" y="{text:.0}" class="name">{peer}</text><rect x="{LEFT}" y="{y:.0}" width="{width:.1}" height="{}" class="{class}"/><text x="{:.1}" y="{text:.0}">{:.2} µs</text>"#,
                LEFT - 8.0,
                BAR - 3.0,
                LEFT + width + 6.0,
                over / 1000.0,
            );
            y += BAR;
        }
        y += 12.0;
    }
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 740 {y:.0}" width="740" height="{y:.0}" role="img" aria-label="Time added to a request of bare axum, in microseconds">
<style>
text {{ font: 12px sans-serif; fill: #444 }}
.title {{ font-size: 15px; font-weight: bold; fill: #222 }}
.ask {{ font-weight: bold; fill: #222 }}
.name {{ text-anchor: end }}
.ours {{ fill: #2a7f62 }}
.peer {{ fill: #b9bec4 }}
</style>
<rect width="740" height="{y:.0}" fill="white"/>
<text x="12" y="24" class="title">Time added to a request of bare axum (shorter is better)</text>
{bars}</svg>
"#
    )
}
