//! Interleaved rounds in one process: whatever slows the machine slows everybody's round.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crate::{
    ask::{Ask, Asker, call},
    peer::{self, Peer},
};

/// Nanoseconds per request of one peer, by round.
pub(crate) struct Cell {
    pub(crate) peer: usize,
    pub(crate) ask: Ask,
    rounds: Vec<f64>,
}

impl Cell {
    pub(crate) fn minimum(&self) -> f64 {
        self.rounds.first().copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn median(&self) -> f64 {
        let middle = self.rounds.len() / 2;
        self.rounds.get(middle).copied().unwrap_or(f64::NAN)
    }
}

/// Everything that was measured.
pub(crate) struct Table {
    pub(crate) peers: Vec<&'static str>,
    cells: Vec<Cell>,
}

/// The names of the rows that others are compared with.
pub(crate) const BARE: &str = "bare axum";
pub(crate) const OURS: &str = "login-runtime";
pub(crate) const RIVAL: &str = "axum-login";

impl Table {
    pub(crate) fn cell(&self, peer: &str, ask: Ask) -> Option<&Cell> {
        let mut cells = self.cells.iter();
        cells.find(|cell| self.peers[cell.peer] == peer && cell.ask == ask)
    }

    pub(crate) fn rounds(&self) -> usize {
        self.cells.first().map_or(0, |cell| cell.rounds.len())
    }

    /// What a peer adds to bare axum, in nanoseconds, by medians.
    pub(crate) fn overhead(&self, peer: &str, ask: Ask) -> Option<f64> {
        Some(self.cell(peer, ask)?.median() - self.cell(BARE, ask)?.median())
    }

    /// Our overhead as a part of axum-login's.
    pub(crate) fn ratio(&self, ask: Ask) -> Option<f64> {
        Some(self.overhead(OURS, ask)? / self.overhead(RIVAL, ask)?)
    }
}

/// Checks every answer of every peer, then times them for as long.
pub(crate) async fn all(budget: Duration) -> Table {
    let started = Instant::now();
    let peers = peer::all().await;
    let mut askers = Vec::new();
    let mut cells = Vec::new();
    for (at, peer) in peers.iter().enumerate() {
        let mut asker = Asker::new(peer).await;
        for &ask in peer.asks {
            asker.check(ask).await;
            cells.push(Cell {
                peer: at,
                ask,
                rounds: Vec::new(),
            });
        }
        askers.push(asker);
    }
    // The first round warms caches and allocators and is thrown away.
    let mut warm = false;
    while !warm || started.elapsed() < budget {
        for cell in &mut cells {
            let nanoseconds = time(&mut askers[cell.peer], cell.ask).await;
            if warm {
                cell.rounds.push(nanoseconds);
            }
        }
        warm = true;
    }
    // What was timed were right answers to the end.
    for cell in &cells {
        askers[cell.peer].check(cell.ask).await;
    }
    for cell in &mut cells {
        cell.rounds.sort_by(f64::total_cmp);
    }
    Table {
        peers: peers.iter().map(|peer: &Peer| peer.name).collect(),
        cells,
    }
}

/// Nanoseconds per request of one batch. Making the requests is not timed.
#[expect(clippy::cast_precision_loss, reason = "no batch lasts for weeks")]
async fn time(asker: &mut Asker<'_>, ask: Ask) -> f64 {
    let count = ask.batch();
    let requests = asker.prepare(ask, count).await;
    let app = asker.app();
    let start = Instant::now();
    for request in requests {
        black_box(call(app, request).await);
    }
    start.elapsed().as_nanos() as f64 / count as f64
}
