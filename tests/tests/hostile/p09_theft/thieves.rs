//! An owner who comes twice a day for sixty days, and a thief with a copy of the cookies.

use super::server::{Jar, Server};
use crate::chance::Chance;

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;
const DAYS: i64 = 60;

/// What a thief sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sends {
    Nothing,
    /// The remember cookie that was stolen.
    Stolen,
    /// The remember cookie that came last.
    Newest,
    /// The one that came before the last.
    Former,
    /// The session that came last, alone: it alarms nobody.
    Session,
    /// All that came last.
    All,
}

impl Sends {
    const EVERY: [Self; 6] = [
        Self::Nothing,
        Self::Stolen,
        Self::Newest,
        Self::Former,
        Self::Session,
        Self::All,
    ];
}

/// When a thief may act who knows to the second when the owner comes: this long after the owner's
/// first request, or before it.
pub(super) const MOMENTS: [i64; 9] = [-1900, -60, 1, 45, 130, 400, 930, 2000, 3900];

/// What a thief does around the owner's visits: at one, and at the one after it, in turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan(pub(super) [[Sends; MOMENTS.len()]; 2]);

impl Plan {
    pub(super) fn by_chance(chance: &mut Chance) -> Self {
        let busy = chance.below(2) == 0;
        let mut plan = Self([[Sends::Nothing; MOMENTS.len()]; 2]);
        for sends in plan.0.as_flattened_mut() {
            if busy || chance.one_in(4) {
                *sends = *chance.pick(&Sends::EVERY);
            }
        }
        plan
    }

    pub(super) fn changed(mut self, chance: &mut Chance) -> Self {
        for _ in 0..=chance.below(3) {
            let at = chance.below(2 * MOMENTS.len());
            self.0.as_flattened_mut()[at] = *chance.pick(&Sends::EVERY);
        }
        self
    }
}

/// How a thief goes about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Three times a day, with all that there is.
    UsesAll,
    /// Three times a day, with the stolen cookie alone: nothing that comes back is ever sent.
    ShowsNothing,
    /// As before, while the owner is there.
    KnowsWhen,
    /// Every twenty minutes with the session; with the rest at once when the owner has restored.
    Polls,
    /// Takes the newest for himself every ten minutes, so that the owner's cookies never get old.
    KeepsRotating,
    /// As before a plan, by somebody who knows every visit to the second.
    Foresees(Plan),
}

impl Way {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::UsesAll => "uses all cookies",
            Self::ShowsNothing => "shows nothing",
            Self::KnowsWhen => "knows when",
            Self::Polls => "polls",
            Self::KeepsRotating => "keeps rotating",
            Self::Foresees(_) => "foresees",
        }
    }
}

/// What became of a thief. Times are days since the theft.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    pub(super) noticed: Option<f64>,
    pub(super) of_use: f64,
}

#[derive(Clone, Copy)]
enum Who {
    Owner { starts_browser: bool },
    Thief(Sends),
}

/// Lets a thief have a copy; `clicks` is how many requests the owner makes at a visit.
pub(super) fn steal<S: Server>(
    server: &mut S,
    nodes: usize,
    way: Way,
    clicks: usize,
    seed: u64,
) -> Fate {
    let mut chance = Chance::new(seed);
    // Far from the beginning of time: generations are times.
    let begin = 100 * DAY;
    let starts: Vec<_> = (0..DAYS)
        .flat_map(|day| [day * DAY + 8 * HOUR, day * DAY + 19 * HOUR])
        .map(|at| begin + at + chance.up_to(HOUR))
        .collect();
    let stolen = starts[2]
        + match way {
            Way::Polls => SECOND,
            Way::Foresees(_) => 30 * SECOND,
            _ => chance.up_to(DAY),
        };
    let mut visits = Vec::new();
    for start in &starts {
        for click in 0..clicks {
            let later = i64::try_from(click).expect("few") * chance.up_to(20 * SECOND);
            let starts_browser = click == 0;
            visits.push((start + later, Who::Owner { starts_browser }));
        }
    }
    visits.extend(thief(way, &starts, begin, &mut chance).filter(|(at, _)| *at >= stolen));
    visits.sort_by_key(|(at, _)| *at);

    let mut owner = server.log_in(begin).closed();
    let (mut copies, mut last): (Vec<Jar<S::Cookie>>, _) = (Vec::new(), stolen);
    for (at, who) in visits {
        let node = chance.below(nodes);
        match who {
            Who::Owner { starts_browser } => {
                if starts_browser {
                    owner = owner.closed();
                }
                if let Some(cookies) = server.ask(node, &owner, at).cookies {
                    owner = cookies;
                }
            }
            Who::Thief(sends) => {
                if copies.is_empty() {
                    copies.push(owner.clone());
                }
                let mut known = false;
                for jar in to_send(way, sends, &copies) {
                    let answer = server.ask(node, &jar, at);
                    copies.extend(answer.cookies);
                    known = answer.known;
                    if known {
                        last = at;
                        break;
                    }
                }
                if !known && way == Way::Polls {
                    break;
                }
            }
        }
        if server.end().is_some() {
            return Fate {
                noticed: Some(days(at - stolen)),
                of_use: days(last - stolen),
            };
        }
    }
    Fate {
        noticed: None,
        of_use: days(last - stolen),
    }
}

/// When a thief acts, and with what.
fn thief<'a>(
    way: Way,
    starts: &'a [i64],
    begin: i64,
    chance: &'a mut Chance,
) -> impl Iterator<Item = (i64, Who)> {
    let every = |minutes: i64| {
        (0..DAYS * 24 * 60 / minutes).map(move |i| begin + i * minutes * 60 * SECOND)
    };
    let visits: Vec<(i64, Sends)> = match way {
        Way::UsesAll | Way::ShowsNothing => {
            let sends = match way {
                Way::UsesAll => Sends::All,
                _ => Sends::Stolen,
            };
            (0..180)
                .map(|_| (begin + chance.up_to(DAYS * DAY), sends))
                .collect()
        }
        Way::KnowsWhen => starts
            .iter()
            .flat_map(|start| [120, 700].map(|later| (start + later * SECOND, Sends::Stolen)))
            .collect(),
        Way::Polls => {
            let around = |start: &i64| {
                let start = *start;
                (0..9).map(move |i| start + (i + 1) * SECOND / 2)
            };
            let around = starts.iter().flat_map(around);
            around.chain(every(20)).map(|at| (at, Sends::All)).collect()
        }
        Way::KeepsRotating => every(10)
            .flat_map(|at| [(at, Sends::Newest), (at + 95 * SECOND, Sends::Session)])
            .collect(),
        Way::Foresees(plan) => {
            let at_visit = |(visit, start): (usize, &i64)| {
                let start = *start;
                (0..MOMENTS.len())
                    .map(move |it| (start + MOMENTS[it] * SECOND, plan.0[visit % 2][it]))
            };
            starts.iter().enumerate().flat_map(at_visit).collect()
        }
    };
    visits
        .into_iter()
        .filter(|(_, sends)| *sends != Sends::Nothing)
        .map(|(at, sends)| (at, Who::Thief(sends)))
}

/// The cookies of one request, and those of another if it finds nobody logged in.
fn to_send<C: Clone>(way: Way, sends: Sends, copies: &[Jar<C>]) -> Vec<Jar<C>> {
    let (Some(stolen), Some(newest)) = (copies.first(), copies.last()) else {
        return Vec::new();
    };
    let former = &copies[copies.len().saturating_sub(2)];
    if way == Way::Polls {
        // When the session is over, the remember cookie is spent at the first use.
        return vec![newest.only_session(), newest.closed()];
    }
    match sends {
        Sends::Nothing => Vec::new(),
        Sends::Stolen => vec![stolen.closed()],
        Sends::Newest => vec![newest.closed()],
        Sends::Former => vec![former.closed()],
        Sends::Session => vec![newest.only_session()],
        Sends::All => vec![newest.clone()],
    }
}

fn days(milliseconds: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "for people to read")]
    let milliseconds = milliseconds as f64;
    milliseconds / 86_400_000.0
}
