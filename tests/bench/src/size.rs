//! What a login costs when there are many of them: time, memory, sweeping, and a database.
//!
//! ```text
//! cargo run -p login-bench --release --bin login-bench-size
//! ```

// Of the application only our own is needed here.
#[expect(dead_code, reason = "the other binary uses the rest")]
mod ask;
#[expect(dead_code, reason = "the other binary uses the rest")]
mod peer;
mod user;

use std::{
    hint::black_box,
    num::NonZeroUsize,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    http::{HeaderValue, Method, header::USER_AGENT},
};
use login_runtime::{
    Clock, LoginManager, SystemClock,
    store::{Login, LoginId, LoginParts, LoginStore, MemoryStore, SqliteStore, Ticket},
};

use crate::{
    ask::{call, request, set_cookies},
    peer::{Skew, ours},
    user::{User, Users},
};

const AGENT: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, \
                     like Gecko) Chrome/140.0.0.0 Safari/537.36";

/// Of how many different logins the requests are made.
const ASKED: usize = 1024;

/// Requests, and the time for them, per concurrent client of a database.
const PER_CLIENT: usize = 200;

fn main() {
    let one = runtime(1);
    one.block_on(async {
        println!("MemoryStore, protected requests of up to {ASKED} different logins");
        let mut first = None;
        for logins in [1, 10_000, 1_000_000] {
            let (nanoseconds, bytes) = at_size(logins).await;
            let growth = nanoseconds / *first.get_or_insert(nanoseconds);
            println!(
                "  {logins:>9} logins: {nanoseconds:>6.0} ns a request ({growth:.2} times), {bytes:>4} bytes of heap a login",
            );
        }
    });
    runtime(2).block_on(sweep());
    for clients in [1, 16, 128] {
        runtime(2).block_on(async {
            // A further store is a further line here.
            let file = ours::database();
            let sqlite = SqliteStore::connect(file)
                .await
                .expect("the file is writable");
            latency("MemoryStore", MemoryStore::new(), clients).await;
            latency("SqliteStore", sqlite, clients).await;
        });
    }
}

fn runtime(threads: usize) -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .expect("threads can be started")
}

/// A record as a browser's login makes it, made through the application.
async fn sample() -> Arc<Login> {
    let store = MemoryStore::new();
    let (app, _manager): (_, LoginManager<User>) =
        ours::app(&Users::new(), store.clone(), Skew::default(), 50);
    let mut request = request(Method::POST, "/login/1", None);
    let agent = HeaderValue::from_static(AGENT);
    request.headers_mut().insert(USER_AGENT, agent);
    assert!(!set_cookies(call(&app, request).await.headers()).is_empty());
    let logins = store.list_user("login", "1").await.expect("memory answers");
    logins.into_iter().next().expect("user 1 is logged in")
}

fn id(number: u64) -> LoginId {
    let mut id = [0; 16];
    // Ids are random in life. This spreads them alike, and no two are the same.
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    id[..8].copy_from_slice(&spread.to_le_bytes());
    id[8..].copy_from_slice(&number.to_be_bytes());
    LoginId::from_bytes(id)
}

/// The same for another user; each belongs to a user of its own.
fn login(sample: &Login, payload: &[u8], number: u64, expires_at: i64) -> Arc<Login> {
    let parts = LoginParts {
        realm: sample.realm(),
        id: id(number),
        user_id: &(1_000_000 + number).to_string(),
        version: sample.version(),
        created_at: sample.created_at(),
        last_seen_at: sample.last_seen_at(),
        expires_at: expires_at.into(),
        payload,
    };
    Arc::new(Login::from_parts(parts).expect("the payload is a login's"))
}

const CAP: NonZeroUsize = NonZeroUsize::new(50).expect("50 is not zero");

async fn fill(store: &MemoryStore, sample: &Login, numbers: std::ops::Range<u64>, expires_at: i64) {
    let payload = sample.payload();
    for number in numbers {
        let login = login(sample, &payload, number, expires_at);
        store.create(login, CAP).await.expect("every id is new");
    }
}

/// The cookies of so many logins, made through the application.
async fn cookies(app: &Router, logins: usize) -> Vec<HeaderValue> {
    let mut cookies = Vec::with_capacity(logins);
    for number in 0..logins {
        let path = format!("/login/{}", number % 1000 + 1);
        let response = call(app, request(Method::POST, &path, None)).await;
        let cookie = set_cookies(response.headers()).join("; ");
        cookies.push(HeaderValue::try_from(cookie).expect("a cookie is a header value"));
    }
    cookies
}

/// Nanoseconds of a protected request and bytes of heap a login, in a store of so many.
#[expect(clippy::cast_precision_loss, reason = "figures of seven digits")]
async fn at_size(logins: usize) -> (f64, i64) {
    let store = MemoryStore::new();
    let (app, _manager): (_, LoginManager<User>) =
        ours::app(&Users::new(), store.clone(), Skew::default(), 50);
    let asked = cookies(&app, logins.min(ASKED)).await;
    let others = (logins - asked.len()) as u64;
    let expires_at = SystemClock.now().as_secs() + 3600;
    let sample = sample().await;
    let mut bytes = 0;
    if others > 0 {
        // Counted on this thread, so the store is filled on it, without a runtime in between.
        let info = allocation_counter::measure(|| {
            let mut fill = std::pin::pin!(fill(&store, &sample, 0..others, expires_at));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(fill.as_mut().poll(&mut context).is_ready());
        });
        bytes = info.bytes_current / i64::try_from(others).unwrap_or(i64::MAX);
    }
    let mut rounds: Vec<f64> = Vec::new();
    for _ in 0..60 {
        let requests: Vec<_> = (0..ASKED)
            .map(|at| {
                let cookie = asked[at * 7919 % asked.len()].clone();
                request(Method::GET, "/dashboard", Some(cookie))
            })
            .collect();
        let start = Instant::now();
        for request in requests {
            let response = call(&app, request).await;
            assert!(response.status().is_success());
            black_box(response);
        }
        rounds.push(start.elapsed().as_nanos() as f64 / ASKED as f64);
    }
    rounds.sort_by(f64::total_cmp);
    (rounds[rounds.len() / 2], bytes)
}

/// Loads beside a sweep that forgets half a million logins, and without one.
async fn sweep() {
    let store = MemoryStore::new();
    let now = SystemClock.now().as_secs();
    let sample = sample().await;
    fill(&store, &sample, 0..500_000, now - 1).await;
    fill(&store, &sample, 500_000..1_000_000, now + 3600).await;
    println!("MemoryStore, a million logins, half of them over; loads of the others");
    let quiet = loads(&store, Duration::from_secs(2), || false).await;
    println!("  no sweep:      {quiet}");
    let done = Arc::new(AtomicBool::new(false));
    let swept = Arc::new(AtomicU64::new(0));
    let sweeper = {
        let (store, done, swept) = (store.clone(), Arc::clone(&done), Arc::clone(&swept));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            runtime.expect("a runtime").block_on(async {
                let start = Instant::now();
                while swept.load(Ordering::Relaxed) < 500_000 {
                    let purged = store.purge_expired("login", now.into(), 1000).await;
                    swept.fetch_add(purged.expect("memory answers"), Ordering::Relaxed);
                }
                done.store(true, Ordering::Relaxed);
                start.elapsed()
            })
        })
    };
    let busy = loads(&store, Duration::from_secs(20), || {
        done.load(Ordering::Relaxed)
    })
    .await;
    let took = sweeper.join().expect("the sweep ends");
    println!("  during a sweep: {busy} (500,000 forgotten in {took:.0?})");
}

/// Loads records one after the other; says how long that takes, at the middle and at the end.
async fn loads(store: &MemoryStore, at_most: Duration, done: impl Fn() -> bool) -> String {
    let realm: Arc<str> = "login".into();
    let start = Instant::now();
    let mut took = Vec::new();
    let mut number = 0_u64;
    while start.elapsed() < at_most && !done() {
        number = (number + 7919) % 500_000;
        let ticket = Ticket::new(&realm, id(500_000 + number), &[]);
        let before = Instant::now();
        let found = store.load(ticket).await.expect("memory answers");
        took.push(before.elapsed());
        assert!(found.is_some());
    }
    took.sort_unstable();
    let at = |part: usize| took[(took.len() * part / 1000).min(took.len() - 1)];
    format!(
        "{} loads, p50 {:?}, p99.9 {:?}",
        took.len(),
        at(500),
        at(999)
    )
}

/// Protected requests of so many clients at once.
async fn latency(name: &str, store: impl LoginStore, clients: usize) {
    let (app, _manager) = ours::app(&Users::new(), store, Skew::default(), 50);
    let cookies = cookies(&app, clients).await;
    let start = Instant::now();
    let tasks: Vec<_> = cookies
        .into_iter()
        .map(|cookie| {
            let app = app.clone();
            tokio::spawn(async move {
                let mut took = Vec::with_capacity(PER_CLIENT);
                for _ in 0..PER_CLIENT {
                    let request = request(Method::GET, "/dashboard", Some(cookie.clone()));
                    let before = Instant::now();
                    assert!(call(&app, request).await.status().is_success());
                    took.push(before.elapsed());
                    tokio::task::yield_now().await;
                }
                took
            })
        })
        .collect();
    let mut took = Vec::new();
    for task in tasks {
        took.extend(task.await.expect("every answer is right"));
    }
    let all = start.elapsed();
    took.sort_unstable();
    let at = |part: usize| took[took.len() * part / 1000];
    let each = all / u32::try_from(took.len()).unwrap_or(u32::MAX);
    println!(
        "{name}, {clients:>3} at once: p50 {:.1?}, p99 {:.1?}, one finished every {each:.1?}",
        at(500),
        at(990),
    );
}
