//! P21: whatever size a request has, it is answered soon, nothing panics, and a good cookie counts.

use std::time::{Duration, Instant};

use axum::{
    body::Body,
    http::{HeaderValue, Method, Request, header::COOKIE},
};
use login_runtime::NextRule;

use crate::{
    promise::Promise,
    stores::{Store, every_store},
    world::{Answer, Browser, REMEMBER, SESSION, World, send, with_cookie},
};

/// How long an answer may take, in a program that is not optimized, on a machine with other work.
const BOUND: Duration = Duration::from_secs(3);

fn repeated(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len() + 1)
}

/// What stands around a good cookie, and whether it still counts.
fn neighbours(good: &str) -> Vec<(&'static str, Vec<u8>, bool)> {
    let beside = |before: String, after: String| format!("{before}; {good}; {after}").into_bytes();
    let many = |count: usize, bytes: usize| -> String {
        let pairs: Vec<_> = (0..count)
            .map(|number| format!("c{number}={}", "v".repeat(bytes)))
            .collect();
        pairs.join("; ")
    };
    let ours = |count: usize| -> String {
        let pairs: Vec<_> = (0..count)
            .map(|number| format!("{SESSION}=v{number}"))
            .collect();
        pairs.join("; ")
    };
    let mut not_text = vec![b'a', b'='];
    not_text.extend((0x80..=0xff).cycle().take(10_000));
    not_text.extend(format!("; {good}; \u{e9}=\u{2028}; ").into_bytes());
    not_text.extend([0xff, 0xfe, b'=', 0xc0, 0x80]);
    vec![
        ("1,000 cookies", beside(many(500, 20), many(500, 20)), true),
        (
            "100 KB in one",
            beside(format!("a={}", "x".repeat(100_000)), String::new()),
            true,
        ),
        (
            "100 KB after",
            beside(String::new(), format!("a={}", "x".repeat(100_000))),
            true,
        ),
        (
            "100 KB of semicolons",
            beside(";".repeat(100_000), String::new()),
            true,
        ),
        (
            "100 KB of equal signs",
            beside("=".repeat(100_000), String::new()),
            true,
        ),
        (
            "100 KB of blanks",
            beside(" ".repeat(100_000), String::new()),
            true,
        ),
        (
            "100 KB of quotes",
            beside(repeated("\"; ", 100_000), String::new()),
            true,
        ),
        (
            "100 KB of our prefix",
            beside(repeated("__Host-login_; ", 100_000), String::new()),
            true,
        ),
        ("no text", not_text, true),
        (
            "1,000 of our own name",
            beside(ours(1000), String::new()),
            false,
        ),
        (
            "100 KB of our own name",
            beside(format!("{SESSION}={}", "A".repeat(100_000)), String::new()),
            false,
        ),
        (
            "the good one 700 times",
            repeated(&format!("{good}; "), 100_000).into_bytes(),
            true,
        ),
    ]
}

/// The promise, and how many sizes it was tried with.
struct Trial {
    promise: Promise,
    tried: usize,
}

impl Trial {
    async fn ask(&mut self, world: &World, what: &str, request: Request<Body>) -> Answer {
        self.tried += 1;
        let started = Instant::now();
        let answer = send(&world.app, request).await;
        let took = started.elapsed();
        self.promise
            .demand(took < BOUND, "slow answers", "a size", || {
                format!("{what}: {took:?}")
            });
        self.promise
            .demand(answer.status < 500, "panics", "a size", || {
                format!("{what}: {} {}", answer.status, answer.body)
            });
        answer
    }

    /// A good cookie among others, of whatever size.
    async fn cookies(&mut self, store: &Store, world: &World, browser: &Browser) {
        for (name, end) in [(SESSION, "_session"), (REMEMBER, "_remember")] {
            let (_, value) = browser.cookies.get(end).expect("a cookie");
            for (what, cookie, counts) in neighbours(&format!("{name}={value}")) {
                let answer = self.ask(world, what, with_cookie("/me", &cookie)).await;
                // Values of the session's name are nothing to the remember cookie.
                let counts = counts || (name == REMEMBER && what.contains("our own name"));
                let how = || format!("{}: {name} beside {what}: {}", store.name, answer.body);
                let is_in = answer.body == "1";
                let promise = &mut self.promise;
                promise.demand(!counts || is_in, "good cookies lost", "a size", how);
                promise.demand(counts || !is_in, "bad ones accepted", "a size", how);
            }
        }
        // As header lines of their own.
        let mut request = browser.request(Method::GET, "/me");
        for number in 0..2000 {
            let line = HeaderValue::try_from(format!("c{number}=v")).expect("text");
            request.headers_mut().append(COOKIE, line);
        }
        let answer = self.ask(world, "2,000 lines", request).await;
        let is_in = answer.body == "1";
        self.promise
            .demand(is_in, "good cookies lost", "a size", || {
                "2,000 lines".into()
            });
    }

    /// Addresses and headers that are kept, read back, or written down.
    async fn addresses(&mut self, world: &World, browser: &Browser) {
        for path in [
            format!("/login?next=/{}", "x".repeat(60_000)),
            format!("/login?next={}", "%2f".repeat(20_000)),
            format!("/login?{}next=/a", "next=//b&".repeat(6_000)),
            format!("/login?{}", "n=1&".repeat(15_000)),
            format!("/dashboard?{}", "x".repeat(60_000)),
            format!("/dashboard?{}", "api_key=1&".repeat(6_000)),
            "/a".repeat(30_000),
        ] {
            for visitor in [world.browser(), browser.clone()] {
                let what = &path[..path.len().min(40)];
                let request = visitor.request(Method::GET, &path);
                let answer = self.ask(world, what, request).await;
                let fits = answer.headers.iter().all(|(_, value)| value.len() <= 8192);
                let why = "a header that proxies refuse";
                self.promise
                    .demand(fits, "slow answers", why, || what.into());
            }
        }
        let huge = "h".repeat(1 << 20);
        for header in [
            "user-agent",
            "accept",
            "origin",
            "authorization",
            "x-requested-with",
            "host",
        ] {
            for path in ["/me", "/dashboard", "/session"] {
                let visitor = browser.clone().header(header, &huge);
                let request = visitor.request(Method::GET, path);
                self.ask(world, header, request).await;
            }
        }
    }

    /// Somebody whose browser calls itself by a whole book.
    async fn newcomer(&mut self, store: &Store, world: &World) {
        let mut newcomer = world.browser().header("user-agent", &"h".repeat(100_000));
        self.tried += 3;
        let answer = newcomer.post("/login?user=2&remember=true").await;
        let who = newcomer.who().await;
        let is_in = answer.body == "true" && who == "2";
        let why = "a long user agent";
        self.promise.demand(is_in, "good cookies lost", why, || {
            format!("{}: {} {}, {who}", store.name, answer.status, answer.body)
        });
        let text = format!("/flash?text={}", "t".repeat(50_000));
        let answer = newcomer.post(&text).await;
        let fits = answer.set_cookies().iter().all(|line| line.len() <= 4096);
        let why = "a cookie that browsers drop";
        self.promise
            .demand(fits, "bad ones accepted", why, || answer.body.clone());
    }

    /// A mebibyte of where to go next.
    fn next(&mut self) {
        let started = Instant::now();
        let rules = [
            NextRule::default(),
            NextRule::default().allow_host("a.example").expect("a host"),
        ];
        for text in [
            format!("/{}", "a".repeat(1 << 20)),
            "/".repeat(1 << 20),
            "/..".repeat(1 << 18),
            format!("https://{}", "a".repeat(1 << 20)),
            "\u{202e}".repeat(1 << 18),
            format!("/?{}", "%".repeat(1 << 20)),
        ] {
            for rule in &rules {
                self.tried += 1;
                let refused = rule.check(&text).is_none();
                let start = || text.chars().take(10).collect::<String>();
                self.promise
                    .demand(refused, "bad ones accepted", "1 MiB of `next`", start);
            }
        }
        let took = started.elapsed();
        self.promise
            .demand(took < BOUND, "slow answers", "1 MiB of `next`", || {
                format!("{took:?}")
            });
    }
}

#[tokio::test]
async fn p21_hostile_sizes() {
    let counted = [
        "slow answers",
        "panics",
        "good cookies lost",
        "bad ones accepted",
    ];
    let promise = Promise::new("P21 hostile sizes", counted);
    let mut trial = Trial { promise, tried: 0 };
    let stores = every_store().await;
    for store in &stores {
        let world = World::new(store);
        let browser = world.logged_in(1, true).await;
        trial.cookies(store, &world, &browser).await;
        trial.addresses(&world, &browser).await;
        trial.newcomer(store, &world).await;
    }
    trial.next();
    let tried = trial.tried;
    let stores = stores.len();
    trial
        .promise
        .judge(format_args!("{tried} sizes on {stores} stores"));
}
