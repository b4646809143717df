//! The rules of remembering as a reference: written down once more, without stores and cookies.
//!
//! A login has one `generation`, raised by restore and confirm; both login cookies carry the
//! generation they were issued at, and those of one generation leave the server once. `shown` is the
//! highest generation that a client has proved to hold. What is older than `shown` is in flight for
//! one overlap: `first` is the generation that was shown first, at `first_at`, of those shown
//! within an overlap of each other, and all below `settled` was replaced longer ago. A later show
//! never gives older cookies more time (at most three overlaps in all).
//!
//! Three sentences stand here because trials without them called honest browsers thieves. Cookies
//! settle from when they left the server, not from when the record changed: a handler may have
//! worked for ten minutes in between. They take the clocks' skew longer, since two nodes have two
//! clocks. And a remember cookie that is not settled restores nothing: it is let in for this one
//! request, because an answer that it has overtaken may still take it back. One stands here because
//! of a thief who knows each visit of the owner beforehand, and restores a moment before it: there
//! are five restores that nobody shows, not ten.

use super::server::{Answer, End, Errand, Jar, Server, Step};

const MINUTE: i64 = 60;

/// The numbers of the protocol, in seconds.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) idle: i64,
    pub(super) absolute: i64,
    pub(super) overlap: i64,
    pub(super) settle: i64,
    pub(super) strikes: u32,
    /// For how long the session that a confirm replaced is let in.
    pub(super) replaced: i64,
    /// By how much the clocks of two nodes may differ.
    pub(super) skew: i64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            idle: 60 * MINUTE,
            absolute: 24 * 60 * MINUTE,
            overlap: 15 * MINUTE,
            settle: MINUTE,
            strikes: 5,
            replaced: MINUTE,
            skew: 30,
        }
    }
}

/// What a cookie says: at which generation, and when, it left the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cookie {
    pub(super) generation: u64,
    pub(super) issued: i64,
}

impl Cookie {
    /// Whether the cookie has been out for so long that the browser has it for good: no answer that
    /// it has overtaken is still to come, and a crash does not undo it.
    fn is_settled(self, rules: &Rules, now: i64) -> bool {
        age(now, self.issued) >= rules.settle + rules.skew
    }
}

#[derive(Clone, Debug)]
pub(super) struct Login {
    version: u64,
    pub(super) generation: u64,
    pub(super) shown: u64,
    first: u64,
    first_at: i64,
    settled: u64,
    pub(super) strikes: u32,
    /// The oldest generation whose session a confirm has replaced within the last minute.
    confirmed_from: Option<u64>,
    started: i64,
    seen: i64,
    pub(super) end: Option<End>,
}

fn age(now: i64, since: i64) -> i64 {
    (now - since).max(0)
}

impl Login {
    fn begun(now: i64) -> Self {
        let generation = now.unsigned_abs();
        Self {
            version: 0,
            generation,
            shown: generation,
            first: generation,
            first_at: now,
            settled: generation,
            strikes: 0,
            confirmed_from: None,
            started: now,
            seen: now,
            end: None,
        }
    }

    fn session_lives(&self, rules: &Rules, now: i64) -> bool {
        age(now, self.seen) < rules.idle && age(now, self.started) < rules.absolute
    }

    /// Notes that a client holds the cookies of a generation; says whether that is news.
    fn show(&mut self, generation: u64, rules: &Rules, now: i64) -> bool {
        if self.shown >= generation {
            return false;
        }
        let since = age(now, self.first_at);
        if since > rules.overlap {
            self.settled = match since > 2 * rules.overlap {
                true => self.shown,
                false => self.first,
            };
            (self.first, self.first_at) = (generation, now);
        }
        self.shown = generation;
        true
    }

    /// Whether a generation older than `shown` may have been on its way when it was replaced.
    fn is_in_flight(&self, generation: u64, rules: &Rules, now: i64) -> bool {
        let limit = match generation < self.first {
            true => rules.overlap,
            false => 2 * rules.overlap,
        };
        generation >= self.settled && age(now, self.first_at) <= limit
    }

    fn begin_session(&mut self, now: i64) {
        self.generation = (self.generation + 1).max(now.unsigned_abs());
        self.started = now;
        self.seen = self.seen.max(now);
        self.confirmed_from = None;
    }

    fn confirm(&mut self, rules: &Rules, now: i64) {
        let from = match self.confirmed_from {
            Some(from) if age(now, self.started) <= rules.replaced => from,
            _ => self.generation,
        };
        self.begin_session(now);
        self.confirmed_from = Some(from);
    }
}

/// What is decided about a request.
#[derive(Clone, Debug)]
struct Decision {
    known: bool,
    /// The record as it is to be, for a compare-and-set.
    becomes: Option<Login>,
    /// Whether the answer carries the cookies of the generation that the record then has.
    cookies: bool,
}

fn decide(login: &Login, jar: &Jar<Cookie>, rules: &Rules, now: i64) -> Decision {
    let plain = |known| Decision {
        known,
        becomes: None,
        cookies: false,
    };
    let becomes = |known, cookies, change: &dyn Fn(&mut Login)| {
        let mut becomes = login.clone();
        change(&mut becomes);
        Decision {
            known,
            becomes: Some(becomes),
            cookies,
        }
    };
    if login.end.is_some() {
        return plain(false);
    }
    if let Some(session) = jar.session {
        if session.generation == login.generation && login.session_lives(rules, now) {
            let shows = login.shown < session.generation && session.is_settled(rules, now);
            if !shows && age(now, login.seen) < MINUTE {
                return plain(true);
            }
            return becomes(true, false, &|login| {
                login.seen = login.seen.max(now);
                if shows && login.show(session.generation, rules, now) {
                    login.strikes = 0;
                }
            });
        }
        let replaced = login
            .confirmed_from
            .is_some_and(|from| (from..login.generation).contains(&session.generation));
        if replaced && age(now, login.started) <= rules.replaced {
            return plain(true);
        }
    }
    let Some(cookie) = jar.remember else {
        return plain(false);
    };
    let generation = cookie.generation;
    if generation > login.generation {
        return plain(false);
    }
    if generation == login.generation {
        if login.shown < generation && !cookie.is_settled(rules, now) {
            return plain(true);
        }
        return becomes(true, true, &|login| {
            if login.show(generation, rules, now) {
                login.strikes = 0;
            }
            login.begin_session(now);
        });
    }
    if generation >= login.shown {
        if age(now, login.started) <= rules.overlap {
            return plain(true);
        }
        if login.strikes >= rules.strikes {
            return becomes(false, false, &|login| login.end = Some(End::Unshown));
        }
        return becomes(true, true, &|login| {
            login.strikes += 1;
            login.show(generation, rules, now);
            login.begin_session(now);
        });
    }
    if login.is_in_flight(generation, rules, now) {
        return plain(true);
    }
    becomes(false, false, &|login| login.end = Some(End::Theft))
}

/// The reference as a server: one record that changes by compare-and-set.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) login: Login,
    rules: Rules,
    /// By how many seconds the clock of each node is ahead.
    clocks: Vec<i64>,
}

pub(super) struct Request {
    node: usize,
    jar: Jar<Cookie>,
    errand: Errand,
    at: At,
}

enum At {
    Load,
    Write(Decision),
    Work { known: bool, restored: Option<u64> },
}

impl Reference {
    pub(super) fn new(rules: Rules, clocks: &[i64]) -> Self {
        Self {
            login: Login::begun(0),
            rules,
            clocks: clocks.to_vec(),
        }
    }

    fn cookies(&self, now: i64) -> Jar<Cookie> {
        let cookie = Some(Cookie {
            generation: self.login.generation,
            issued: now,
        });
        Jar {
            session: cookie,
            remember: cookie,
        }
    }
}

impl Server for Reference {
    type Cookie = Cookie;
    type Request = Request;

    fn log_in(&mut self, now: i64) -> Jar<Cookie> {
        let now = now.div_euclid(1000) + self.clocks[0];
        self.login = Login::begun(now);
        self.cookies(now)
    }

    fn receive(&mut self, node: usize, jar: &Jar<Cookie>, errand: Errand) -> Request {
        Request {
            node,
            jar: jar.clone(),
            errand,
            at: At::Load,
        }
    }

    fn step(&mut self, request: &mut Request, now: i64) -> Step<Cookie> {
        let now = now.div_euclid(1000) + self.clocks[request.node];
        match &request.at {
            At::Load => {
                let decision = decide(&self.login, &request.jar, &self.rules, now);
                if decision.becomes.is_some() {
                    request.at = At::Write(decision);
                    return Step::Waits;
                }
                request.at = At::Work {
                    known: decision.known,
                    restored: None,
                };
                Step::AtWork
            }
            At::Write(decision) => {
                let becomes = decision
                    .becomes
                    .as_ref()
                    .expect("there is something to write");
                if becomes.version != self.login.version {
                    request.at = At::Load;
                    return Step::Waits;
                }
                self.login = becomes.clone();
                self.login.version += 1;
                request.at = At::Work {
                    known: decision.known,
                    restored: decision.cookies.then_some(self.login.generation),
                };
                Step::AtWork
            }
            At::Work { known, restored } => {
                let (known, lives) = (*known, self.login.end.is_none());
                let cookies = if request.errand == Errand::Confirm && known && lives {
                    self.login.confirm(&self.rules, now);
                    self.login.version += 1;
                    Some(self.cookies(now))
                } else if *restored == Some(self.login.generation) && lives {
                    Some(self.cookies(now))
                } else {
                    None
                };
                Step::Answered(Answer { known, cookies })
            }
        }
    }

    fn end(&self) -> Option<End> {
        self.login.end
    }
}
