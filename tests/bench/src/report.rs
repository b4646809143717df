//! The table, and the one line that programs read.

use std::fmt::Write as _;

use crate::{
    ask::Ask,
    measure::{BARE, OURS, RIVAL, Table},
    peer::LEFT_OUT,
};

/// Prints medians, minima and overheads; the last line is one JSON object.
pub(crate) fn print(table: &Table) {
    println!(
        "nanoseconds per request, in process, one thread, {} interleaved rounds\n",
        table.rounds()
    );
    grid(table, "median (minimum)", |peer, ask| {
        let cell = table.cell(peer, ask)?;
        Some(format!("{:.0} ({:.0})", cell.median(), cell.minimum()))
    });
    grid(table, "median over bare axum", |peer, ask| {
        (peer != BARE)
            .then(|| table.overhead(peer, ask))?
            .map(|over| format!("{over:+.0}"))
    });
    println!("overhead of {OURS} / overhead of {RIVAL}");
    for &ask in Ask::ALL {
        if let Some(ratio) = table.ratio(ask) {
            println!("  {:<20} {ratio:.3}", ask.name());
        }
    }
    println!("\n{LEFT_OUT}\n");
    println!("{}", json(table));
}

fn grid(table: &Table, title: &str, cell: impl Fn(&str, Ask) -> Option<String>) {
    print!("{title:<28}");
    for ask in Ask::ALL {
        print!("{:>19}", ask.name());
    }
    println!();
    for peer in &table.peers {
        print!("{peer:<28}");
        for &ask in Ask::ALL {
            print!("{:>19}", cell(peer, ask).unwrap_or_else(|| "-".to_owned()));
        }
        println!();
    }
    println!();
}

fn json(table: &Table) -> String {
    let mut ratios = String::new();
    let mut overheads = String::new();
    for &ask in Ask::ALL {
        let name = ask.name();
        if let Some(ratio) = table.ratio(ask) {
            let _ = write!(ratios, "\"{name}\": {ratio:.3}, ");
        }
        if let (Some(ours), rival) = (table.overhead(OURS, ask), table.overhead(RIVAL, ask)) {
            let rival = rival.map_or("null".to_owned(), |it| format!("{it:.0}"));
            let _ = write!(overheads, "\"{name}\": [{ours:.0}, {rival}], ");
        }
    }
    let (ratios, overheads) = (
        ratios.trim_end_matches(", "),
        overheads.trim_end_matches(", "),
    );
    format!(
        "{{\"overhead_ratio\": {{{ratios}}}, \"overhead_ns\": {{{overheads}}}, \"rounds\": {}}}",
        table.rounds()
    )
}
