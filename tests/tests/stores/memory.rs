//! What a login in memory costs.
//!
//! The numbers are printed: `cargo test --release -p login-tests --test stores -- memory --nocapture`.

use std::{
    hint::black_box,
    num::NonZeroUsize,
    pin::pin,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use login_runtime::store::{Login, LoginId, LoginParts, LoginStore, MemoryStore, Ticket, Update};
use login_tests::{Record, Remembered};

const AGENT: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                     Chrome/139.0.0.0 Safari/537.36";

/// A memory store never waits, so one poll is all it takes.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("a memory store waited"),
    }
}

fn realm() -> Arc<str> {
    "login".into()
}

fn id(number: u64) -> LoginId {
    // Numbers spread over all the bits, as random ids are.
    let bits = u128::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    LoginId::from_bytes(bits.rotate_left(61).to_le_bytes())
}

/// The payload of a login with everything that a browser brings.
fn payload(remembered: bool) -> Vec<u8> {
    let remember = Remembered {
        token: [3; 32],
        counter: 1,
        previous: Some(([4; 32], 0)),
        rotated_at: 0,
        acknowledged: true,
        expires_at: 1_000,
        others: Vec::new(),
    };
    let record = Record {
        generation: 1,
        fresh_since: Some(0),
        identifier: Some([1; 32]),
        auth_hash: Some([2; 32]),
        remember: Some(remember).filter(|_| remembered),
        user_agent: Some(AGENT.into()),
        address: Some([192, 0, 2, 7].into()),
        ..Record::new(id(0), "0")
    };
    record.payload()
}

static REMEMBERED: LazyLock<Vec<u8>> = LazyLock::new(|| payload(true));
static BARE: LazyLock<Vec<u8>> = LazyLock::new(|| payload(false));

/// A remembered login of user `number`, but for what `edit` makes of it.
fn edited(realm: &Arc<str>, number: u64, edit: impl FnOnce(&mut LoginParts<'_>)) -> Arc<Login> {
    let mut parts = LoginParts {
        realm,
        id: id(number),
        user_id: &number.to_string(),
        version: 0,
        created_at: 0.into(),
        last_seen_at: 0.into(),
        expires_at: 1_000.into(),
        payload: &REMEMBERED,
    };
    edit(&mut parts);
    Arc::new(Login::from_parts(parts).unwrap())
}

fn login(realm: &Arc<str>, number: u64) -> Arc<Login> {
    edited(realm, number, |_| {})
}

fn filled(realm: &Arc<str>, logins: u64) -> MemoryStore {
    filled_with(logins, |number| login(realm, number))
}

fn filled_with(logins: u64, login: impl Fn(u64) -> Arc<Login>) -> MemoryStore {
    let store = MemoryStore::new();
    for number in 0..logins {
        now(store.create(login(number), NonZeroUsize::MIN)).unwrap();
    }
    store
}

#[test]
fn memory_of_a_login() {
    let realm = realm();
    assert!((105..=115).contains(&AGENT.len()), "{}", AGENT.len());
    for logins in [10_000, 100_000, 230_000] {
        // Made on the first use, which is not to be counted.
        assert!(BARE.len() < REMEMBERED.len());
        let empty = allocation_counter::measure(|| drop(black_box(MemoryStore::new())));
        let mut store = None;
        let mut measure = |remember: bool| {
            drop(store.take());
            let heap = allocation_counter::measure(|| {
                store = Some(filled_with(logins, |number| {
                    edited(&realm, number, |it| {
                        it.payload = if remember { &REMEMBERED } else { &BARE };
                    })
                }));
            });
            heap.bytes_current.unsigned_abs() - empty.bytes_max
        };
        // What remembers a login is in a box of its own, which most logins do not have.
        let bare = measure(false) / logins;
        let bytes = measure(true);
        let remembered = bytes / logins - bare;
        println!("{logins} logins: {bare} bytes each, and {remembered} more where remembered");
        assert!(bare <= 424, "{bare} bytes a login, and {remembered} more");
        assert!(remembered <= 122, "{remembered} bytes to remember a login");

        // Nothing is kept of logins that were written again, but for a table that was about to
        // grow, and little of those that have ended.
        let store = store.unwrap();
        let writes = allocation_counter::measure(|| {
            for number in 0..logins {
                let seen = edited(&realm, number, |it| {
                    it.version = 1;
                    it.last_seen_at = 60.into();
                });
                now(store.update(seen)).unwrap();
            }
        });
        let more = writes.bytes_current / logins.cast_signed();
        assert!(more < 10, "{more} bytes a login more");
        let ends = allocation_counter::measure(|| {
            while now(store.purge_expired(&realm, 1_000.into(), 10_000)).unwrap() > 0 {}
        });
        assert!(store.is_empty());
        let left = bytes.saturating_sub(ends.bytes_current.unsigned_abs()) / logins;
        assert!(left < 40, "{left} bytes a login left");
    }
}

#[test]
fn memory_load_is_quick() {
    let realm = realm();
    let store = filled(&realm, 1_000);
    let mut best = Duration::MAX;
    for _ in 0..20 {
        let start = Instant::now();
        for number in 0..1_000 {
            let ticket = Ticket::new(&realm, id(number), &[]);
            assert!(
                black_box(now(store.load(black_box(ticket))))
                    .unwrap()
                    .is_some()
            );
        }
        best = best.min(start.elapsed());
    }
    let nanoseconds = best.as_nanos() / 1_000;
    println!("load: {nanoseconds} ns");
    if !cfg!(debug_assertions) {
        assert!(nanoseconds < 100, "{nanoseconds} ns");
    }
}

#[test]
fn memory_purge_looks_at_a_bounded_number_of_records() {
    let realm = realm();
    let store = filled(&realm, 50_000);
    // Something here and there has expired, so every part of the store has to be looked through.
    for number in (0..50_000).step_by(25) {
        let over = edited(&realm, number, |it| {
            it.version = 1;
            it.expires_at = 10.into();
        });
        now(store.update(over)).unwrap();
    }
    let mut calls = 0;
    let mut purged = 0;
    while purged < 2_000 {
        let some = now(store.purge_expired(&realm, 500.into(), 10)).unwrap();
        assert!(some <= 10);
        purged += some;
        calls += 1;
        assert!(calls < 2_000, "{purged} of 2000 purged in {calls} calls");
    }
    assert_eq!(now(store.purge_expired(&realm, 500.into(), 10)).unwrap(), 0);
    assert_eq!(store.len(), 48_000);
}

/// The ids on each page of a realm.
fn pages(store: &MemoryStore, realm: &str, limit: usize) -> Vec<Vec<LoginId>> {
    let limit = NonZeroUsize::new(limit).unwrap();
    let mut pages = Vec::new();
    let mut cursor = None;
    loop {
        let page = now(store.list_realm(realm, cursor.as_ref(), limit)).unwrap();
        pages.push(page.items.iter().map(|login| login.id()).collect());
        cursor = page.next;
        if cursor.is_none() {
            return pages;
        }
    }
}

#[test]
fn memory_pages_have_each_login_once() {
    let store = filled(&realm(), 5_000);
    let mut expected: Vec<_> = (0..5_000).map(id).collect();
    expected.sort();
    for limit in [1, 2, 7, 1_000, 10_000] {
        let pages = pages(&store, "login", limit);
        assert!(pages.iter().all(|page| page.len() <= limit));
        let mut listed = pages.concat();
        listed.sort();
        assert!(listed == expected, "pages of {limit}");
    }
}

#[test]
fn memory_pages_look_at_a_bounded_number_of_records() {
    let store = filled(&realm(), 50_000);
    let other: Arc<str> = "other".into();
    let login = edited(&other, 50_000, |_| {});
    now(store.create(login, NonZeroUsize::MIN)).unwrap();
    let pages = pages(&store, "other", 10);
    assert_eq!(pages.concat(), [id(50_000)]);
    // About 1,000 records a page, and a shard at a time.
    assert!((40..=50).contains(&pages.len()), "{}", pages.len());
}

/// Does something when it goes.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[test]
fn memory_purge_spares_what_is_extended_meanwhile() {
    let realm = realm();
    let store = MemoryStore::new();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                now(store.purge_expired(&realm, 10.into(), 100)).unwrap();
            }
        });
        // Tells the other thread to stop, also when an assertion fails.
        let _stop = OnDrop(|| done.store(true, Ordering::Relaxed));
        let mut extended = 0;
        for number in 0..100_000 {
            let over = edited(&realm, number, |it| {
                it.expires_at = 10.into();
            });
            now(store.create(over, NonZeroUsize::MIN)).unwrap();
            let alive = edited(&realm, number, |it| {
                it.version = 1;
            });
            let answer = now(store.update(alive)).unwrap();
            let ended = now(store.delete(Ticket::new(&realm, id(number), &[]))).unwrap();
            assert_eq!(ended, answer == Update::Updated, "login {number}");
            extended += u32::from(ended);
        }
        println!("{extended} of 100000 extended before the purge came");
    });
}

/// Loads while another thread purges: the slowest of a thousand, and the slowest of all.
#[test]
fn memory_load_does_not_wait_for_a_purge() {
    let logins: u64 = if cfg!(debug_assertions) {
        50_000
    } else {
        1_000_000
    };
    let realm = realm();
    let store = filled(&realm, logins);
    for number in (0..logins).step_by(3) {
        let over = edited(&realm, number, |it| {
            it.version = 1;
            it.expires_at = 10.into();
        });
        now(store.update(over)).unwrap();
    }
    let measure = |until: &dyn Fn() -> bool| {
        let mut times = Vec::new();
        for number in (0..logins).cycle().step_by(7_919) {
            let ticket = Ticket::new(&realm, id(number), &[]);
            let start = Instant::now();
            black_box(now(store.load(ticket))).unwrap();
            times.push(start.elapsed());
            if times.len() >= 20_000 && until() {
                break;
            }
        }
        times.sort_unstable();
        (
            times[times.len() / 2],
            times[times.len() * 999 / 1_000],
            times.len(),
        )
    };
    let alone = measure(&|| true);
    let done = AtomicBool::new(false);
    let (beside, purge) = std::thread::scope(|scope| {
        let purge = scope.spawn(|| {
            let _stop = OnDrop(|| done.store(true, Ordering::Relaxed));
            let start = Instant::now();
            let mut purged = 0;
            while purged < logins.div_ceil(3) {
                let some = now(store.purge_expired(&realm, 500.into(), 1_000)).unwrap();
                assert!(some > 0, "nothing more after {purged}");
                purged += some;
            }
            (purged, start.elapsed())
        });
        (
            measure(&|| done.load(Ordering::Relaxed)),
            purge.join().unwrap(),
        )
    });
    println!("{logins} logins, load alone: median and p99.9 {alone:?}");
    println!("beside a purge of {} in {:?}: {beside:?}", purge.0, purge.1);
    assert_eq!(store.len() as u64, logins - logins.div_ceil(3));
}
