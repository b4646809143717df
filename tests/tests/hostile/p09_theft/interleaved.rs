//! Requests of one browser at the same time, in every order in which their steps can happen.

use super::server::{Answer, End, Errand, Jar, Server, Step};

/// What the browser is when the requests leave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// In a session that goes on.
    InSession,
    /// Closed and opened.
    Reopened,
    /// Left alone until the session was over.
    LeftAlone,
    /// Five minutes after an answer that was lost.
    AnswerJustLost,
    /// An hour after an answer that was lost.
    AnswerLost,
    /// Half a minute after it was restored, and closed and opened since.
    JustRestored,
}

impl Before {
    pub(super) const EVERY: [Self; 6] = [
        Self::InSession,
        Self::Reopened,
        Self::LeftAlone,
        Self::AnswerJustLost,
        Self::AnswerLost,
        Self::JustRestored,
    ];
}

/// Requests that are under way at the same time.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    pub(super) before: Before,
    pub(super) errands: Vec<Errand>,
    /// How many answers may be lost.
    pub(super) losses: usize,
    /// How many seconds a step takes.
    pub(super) pace: i64,
}

#[derive(Debug, Default)]
pub(super) struct Explored {
    pub(super) orders: usize,
    pub(super) requests: usize,
    /// What went wrong, and in which order.
    pub(super) wrong: Vec<(&'static str, String)>,
}

#[derive(Clone, Copy, Debug)]
enum Move {
    Step(usize),
    Arrives(usize),
    Lost(usize),
}

enum At<S: Server> {
    UnderWay(S::Request),
    Answered(Option<Jar<S::Cookie>>),
    Over,
}

const MINUTE: i64 = 60_000;

/// Tries every order. The requests go to the nodes in turn.
pub(super) fn explore<S: Server>(server: &mut S, nodes: usize, scene: &Scene) -> Explored {
    let mut explored = Explored::default();
    // At each point of an order: the move that was taken, and how many there were.
    let mut taken: Vec<(usize, usize)> = Vec::new();
    loop {
        let mut moves = Vec::new();
        let said = run(server, nodes, scene, &mut taken, &mut moves, &mut explored);
        explored.orders += 1;
        if let Err(what) = said {
            explored.wrong.push((what, format!("{scene:?} {moves:?}")));
        }
        // The last point at which there is another move to take.
        while taken.last().is_some_and(|(at, of)| at + 1 == *of) {
            taken.pop();
        }
        match taken.last_mut() {
            Some((at, _)) => *at += 1,
            None => return explored,
        }
    }
}

fn run<S: Server>(
    server: &mut S,
    nodes: usize,
    scene: &Scene,
    taken: &mut Vec<(usize, usize)>,
    moves: &mut Vec<Move>,
    explored: &mut Explored,
) -> Result<(), &'static str> {
    let mut now = 1_000_000_000;
    let mut jar = server.log_in(now);
    let mut ask = |server: &mut S, jar: &Jar<S::Cookie>, now| {
        explored.requests += 1;
        server
            .ask(0, jar, now)
            .cookies
            .ok_or("a restore sets no cookies")
    };
    match scene.before {
        Before::InSession => now += 5 * MINUTE,
        Before::Reopened => {
            now += 5 * MINUTE;
            jar = jar.closed();
        }
        Before::LeftAlone => now += 61 * MINUTE,
        Before::AnswerJustLost | Before::AnswerLost => {
            jar = jar.closed();
            ask(server, &jar, now)?;
            now += match scene.before {
                Before::AnswerLost => 60 * MINUTE,
                _ => 5 * MINUTE,
            };
        }
        Before::JustRestored => {
            jar = ask(server, &jar.closed(), now)?.closed();
            now += MINUTE / 2;
        }
    }
    let receive = |(at, errand): (usize, &Errand)| {
        At::<S>::UnderWay(server.receive(at % nodes, &jar, *errand))
    };
    let mut requests: Vec<_> = scene.errands.iter().enumerate().map(receive).collect();
    explored.requests += requests.len();
    let mut losses = scene.losses;
    for point in 0.. {
        let possible = possible(&requests, losses);
        if possible.is_empty() {
            break;
        }
        assert!(point < 200, "no request ends: {moves:?}");
        if point == taken.len() {
            taken.push((0, possible.len()));
        }
        let what = possible[taken[point].0];
        moves.push(what);
        match what {
            Move::Step(at) => {
                if let At::UnderWay(request) = &mut requests[at]
                    && let Step::Answered(Answer { known, cookies }) = server.step(request, now)
                {
                    if !known {
                        return Err("turned away");
                    }
                    requests[at] = At::Answered(cookies);
                }
            }
            Move::Arrives(at) => {
                if let At::Answered(Some(cookies)) = std::mem::replace(&mut requests[at], At::Over)
                {
                    jar = cookies;
                }
            }
            Move::Lost(at) => {
                requests[at] = At::Over;
                losses -= 1;
            }
        }
        now += scene.pace * 1000;
    }
    live_on(server, jar, now, explored)
}

fn possible<S: Server>(requests: &[At<S>], losses: usize) -> Vec<Move> {
    let mut possible = Vec::new();
    for (at, request) in requests.iter().enumerate() {
        match request {
            At::UnderWay(_) => possible.push(Move::Step(at)),
            At::Answered(_) => {
                possible.push(Move::Arrives(at));
                if losses > 0 {
                    possible.push(Move::Lost(at));
                }
            }
            At::Over => {}
        }
    }
    possible
}

/// What comes later finds nothing amiss.
fn live_on<S: Server>(
    server: &mut S,
    mut jar: Jar<S::Cookie>,
    mut now: i64,
    explored: &mut Explored,
) -> Result<(), &'static str> {
    for (later, closed) in [
        (1, false),
        (2, false),
        (20, true),
        (3, true),
        (24 * 60, true),
    ] {
        now += later * MINUTE;
        if closed {
            jar = jar.closed();
        }
        explored.requests += 1;
        let answer = server.ask(0, &jar, now);
        match server.end() {
            Some(End::Theft) => return Err("called a thief"),
            Some(End::Unshown) => return Err("ended"),
            None if !answer.known => return Err("turned away later"),
            None => {}
        }
        jar = answer.cookies.unwrap_or(jar);
    }
    Ok(())
}
