//! One honest browser with parallel requests on a bad network.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::server::{End, Errand, Jar, Server};
use crate::chance::Chance;

/// How bad a network is, and what else happens to a browser on it. Times are seconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Network {
    pub(super) name: &'static str,
    /// At most this long until a request arrives.
    pub(super) up: i64,
    /// At most this long until its handler has answered.
    pub(super) work: i64,
    /// At most this long until the answer arrives.
    pub(super) down: i64,
    /// How many of a hundred answers are lost.
    pub(super) lost: usize,
    /// One in so many requests enters the password again; 0 is none.
    pub(super) confirms: usize,
    /// After one in so many rounds the browser crashes; 0 is never.
    pub(super) crashes: usize,
    pub(super) in_order: bool,
}

#[rustfmt::skip]
pub(super) const NETWORKS: &[Network] = &[
    network("fast", 1, 1, 2, 0, 0, 0),
    network("slow (up 5 s, handlers of 40 s, down 5 s)", 5, 40, 5, 0, 0, 0),
    network("slow, 10 % lost", 5, 40, 5, 10, 0, 0),
    network("handlers of 10 min, 10 % lost", 5, 600, 5, 10, 0, 0),
    network("fast, every 8th confirms", 1, 1, 2, 0, 8, 0),
    network("slow, 10 % lost, every 8th confirms", 5, 40, 5, 10, 8, 0),
    network("handlers of 2 min, 10 % lost, every 40th confirms", 5, 120, 5, 10, 40, 0),
    network("requests that are late by 14 min, every 40th confirms", 840, 5, 5, 0, 40, 0),
    network("fast, every 50th time a crash", 1, 1, 2, 0, 40, 50),
];

/// Where three answers in ten are lost, and the browser every tenth time, five restores in a row may stay
/// without a show, which ends a login: a thief who shows nothing looks the same.
#[rustfmt::skip]
pub(super) const STORM: Network =
    network("handlers of 10 min, 30 % lost, every 10th time a crash", 5, 600, 5, 30, 40, 10);

const fn network(
    name: &'static str,
    up: i64,
    work: i64,
    down: i64,
    lost: usize,
    confirms: usize,
    crashes: usize,
) -> Network {
    Network {
        name,
        up,
        work,
        down,
        lost,
        confirms,
        crashes,
        in_order: true,
    }
}

/// What became of a browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) requests: usize,
    /// How often it was called a thief.
    pub(super) alarms: usize,
    /// How often its login was ended because nothing was ever shown.
    pub(super) ended: usize,
    /// How many requests found nobody logged in although the login was there.
    pub(super) turned_away: usize,
}

impl std::ops::AddAssign for Fate {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.alarms += other.alarms;
        self.ended += other.ended;
        self.turned_away += other.turned_away;
    }
}

enum Event<S: Server> {
    Request(usize, Jar<S::Cookie>, Errand),
    Handled(S::Request),
    Answer(Option<Jar<S::Cookie>>),
}

/// A browser between its requests: what it holds, and what is under way.
struct Browser<'a, S: Server> {
    server: &'a mut S,
    nodes: usize,
    network: Network,
    chance: Chance,
    jar: Jar<S::Cookie>,
    /// What was under way, in the order of time.
    queue: BinaryHeap<Reverse<(i64, usize)>>,
    events: Vec<Option<Event<S>>>,
    /// What the jar was before, and until when.
    written: Vec<(i64, Jar<S::Cookie>)>,
    last_answer: i64,
    fate: Fate,
}

/// Lets one browser live for so many rounds of requests.
pub(super) fn live<S: Server>(
    server: &mut S,
    nodes: usize,
    network: Network,
    rounds: usize,
    seed: u64,
) -> Fate {
    // Far from the beginning of time: generations are times.
    let mut now = 1_000_000_000;
    let jar = server.log_in(now);
    let mut browser = Browser {
        server,
        nodes,
        network,
        chance: Chance::new(seed),
        jar,
        queue: BinaryHeap::new(),
        events: Vec::new(),
        written: Vec::new(),
        last_answer: now,
        fate: Fate::default(),
    };
    for _ in 0..rounds {
        now += match browser.chance.below(10) {
            0..6 => browser.within(3),
            6..9 => browser.within(90),
            _ => browser.within(5000),
        };
        browser.catch_up(now);
        browser.round(now);
    }
    browser.fate
}

impl<S: Server> Browser<'_, S> {
    /// Some milliseconds within so many seconds.
    fn within(&mut self, seconds: i64) -> i64 {
        self.chance.up_to(seconds * 1000)
    }

    fn push(&mut self, at: i64, event: Event<S>) {
        self.queue.push(Reverse((at, self.events.len())));
        self.events.push(Some(event));
    }

    /// Everything that happens until `now`.
    fn catch_up(&mut self, now: i64) {
        while let Some(Reverse((at, index))) = self.queue.peek().copied()
            && at <= now
        {
            self.queue.pop();
            match self.events[index].take() {
                Some(Event::Request(node, jar, errand)) => {
                    self.fate.requests += 1;
                    let request = self.server.begin(node, &jar, errand, at);
                    let work = match errand {
                        Errand::Page => self.network.work,
                        Errand::Confirm => self.network.work.min(3),
                    };
                    let handled = at + self.within(work);
                    self.push(handled, Event::Handled(request));
                }
                Some(Event::Handled(request)) => {
                    let answer = self.server.finish(request, at);
                    let ended = self.server.end().is_some();
                    self.fate.turned_away += usize::from(!answer.known && !ended);
                    if self.chance.below(100) >= self.network.lost {
                        let mut arrives = at + self.within(self.network.down);
                        self.last_answer = self.last_answer.max(arrives);
                        if self.network.in_order {
                            arrives = self.last_answer;
                        }
                        self.push(arrives, Event::Answer(answer.cookies));
                    }
                }
                Some(Event::Answer(Some(cookies))) => {
                    let old = std::mem::replace(&mut self.jar, cookies);
                    self.written.push((at, old));
                }
                Some(Event::Answer(None)) | None => {}
            }
        }
    }

    /// What the browser, or its user, does at `now`.
    fn round(&mut self, now: i64) {
        if let Some(end) = self.server.end() {
            match end {
                End::Theft => self.fate.alarms += 1,
                End::Unshown => self.fate.ended += 1,
            }
            self.jar = self.server.log_in(now);
            self.queue.clear();
            self.events.clear();
            self.written.clear();
            return;
        }
        if self.chance.one_in(40) {
            self.jar = self.jar.closed();
            self.written.clear();
            let updated = self.chance.one_in(4);
            self.server.restart_browser(updated);
        }
        if self.network.crashes > 0 && self.chance.one_in(self.network.crashes) {
            self.crash(now);
        }
        for _ in 0..=self.chance.below(4) {
            let node = self.chance.below(self.nodes);
            let confirms = self.network.confirms > 0 && self.chance.one_in(self.network.confirms);
            let errand = match confirms {
                true => Errand::Confirm,
                false => Errand::Page,
            };
            let arrives = now + self.within(self.network.up);
            self.push(arrives, Event::Request(node, self.jar.clone(), errand));
        }
    }

    /// What came in the last seconds was not yet on the disk, and what was to come does not come.
    fn crash(&mut self, now: i64) {
        let since = now - self.within(30);
        let lost = self.written.iter().find(|(at, _)| *at > since);
        self.jar = lost.map_or(&self.jar, |(_, old)| old).closed();
        self.written.clear();
        for event in &mut self.events {
            if matches!(event, Some(Event::Answer(_))) {
                *event = None;
            }
        }
    }
}
