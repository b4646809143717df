//! P21: whatever size a request has, it is answered soon, nothing panics, and a good cookie counts.

use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, Method, Request, header::COOKIE};
use login_runtime::NextRule;

use crate::{
    promise::Promise,
    stores::every_store,
    world::{Answer, REMEMBER, SESSION, World, send, with_cookie},
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

async fn timed(
    promise: &mut Promise,
    world: &World,
    what: &str,
    request: Request<axum::body::Body>,
) -> Answer {
    let started = Instant::now();
    let answer = send(&world.app, request).await;
    let took = started.elapsed();
    promise.demand(took < BOUND, "slow answers", "a size", || {
        format!("{what}: {took:?}")
    });
    promise.demand(answer.status < 500, "panics", "a size", || {
        format!("{what}: {} {}", answer.status, answer.body)
    });
    answer
}

#[tokio::test]
async fn p21_hostile_sizes() {
    let mut promise = Promise::new(
        "P21 hostile sizes",
        [
            "slow answers",
            "panics",
            "good cookies lost",
            "bad ones accepted",
        ],
    );
    let mut tried = 0;
    let stores = every_store().await;
    for store in &stores {
        let world = World::new(store);
        let browser = world.logged_in(1, true).await;
        for (name, end) in [(SESSION, "_session"), (REMEMBER, "_remember")] {
            let (_, value) = browser.cookies.get(end).expect("a cookie");
            for (what, cookie, counts) in neighbours(&format!("{name}={value}")) {
                tried += 1;
                let answer = timed(&mut promise, &world, what, with_cookie("/me", &cookie)).await;
                // The other cookie's name is nobody's business here.
                let counts = counts || (name == REMEMBER && what.contains("our own name"));
                promise.demand(
                    !counts || answer.body == "1",
                    "good cookies lost",
                    "a size",
                    || format!("{}: {name} beside {what}: {}", store.name, answer.body),
                );
                promise.demand(
                    counts || answer.body != "1",
                    "bad ones accepted",
                    "a size",
                    || format!("{}: {name} beside {what}", store.name),
                );
            }
        }
        // As header lines of their own.
        let mut request = browser.request(Method::GET, "/me");
        let lines: HeaderMap = (0..2000)
            .map(|number| {
                (
                    COOKIE,
                    HeaderValue::try_from(format!("c{number}=v")).expect("text"),
                )
            })
            .collect();
        for (_, line) in &lines {
            request.headers_mut().append(COOKIE, line.clone());
        }
        tried += 1;
        let answer = timed(&mut promise, &world, "2,000 lines", request).await;
        promise.demand(answer.body == "1", "good cookies lost", "a size", || {
            "2,000 lines".into()
        });

        // What is kept, read back, or written down.
        let long = "x".repeat(60_000);
        let encoded = "%2f".repeat(20_000);
        let deep = "/a".repeat(30_000);
        for path in [
            format!("/login?next=/{long}"),
            format!("/login?next={encoded}"),
            format!("/login?{}next=/a", "next=//b&".repeat(6_000)),
            format!("/login?{}", "n=1&".repeat(15_000)),
            format!("/dashboard?{long}"),
            format!("/dashboard?{}", "api_key=1&".repeat(6_000)),
            deep,
        ] {
            for mut visitor in [world.browser(), browser.clone()] {
                visitor
                    .headers
                    .insert("hx-request", HeaderValue::from_static("false"));
                tried += 1;
                let what = &path[..path.len().min(40)];
                let request = visitor.request(Method::GET, &path);
                let answer = timed(&mut promise, &world, what, request).await;
                let long = answer.headers.iter().any(|(_, value)| value.len() > 8192);
                promise.demand(
                    !long,
                    "slow answers",
                    "a header that proxies refuse",
                    || what.into(),
                );
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
                tried += 1;
                let visitor = browser.clone().header(header, &huge);
                let request = visitor.request(Method::GET, path);
                timed(&mut promise, &world, header, request).await;
            }
        }
        let mut newcomer = world.browser().header("user-agent", &huge[..100_000]);
        tried += 2;
        let answer = newcomer.post("/login?user=2&remember=true").await;
        promise.demand(
            answer.body == "true",
            "good cookies lost",
            "a long user agent",
            || format!("{}: {} {}", store.name, answer.status, answer.body),
        );
        let who = newcomer.who().await;
        promise.demand(who == "2", "good cookies lost", "a long user agent", || {
            who.clone()
        });
        let text = format!("/flash?text={}", "t".repeat(50_000));
        tried += 1;
        let answer = newcomer.post(&text).await;
        let fits = answer.set_cookies().iter().all(|line| line.len() <= 4096);
        promise.demand(
            fits,
            "bad ones accepted",
            "a cookie that browsers drop",
            || text.clone(),
        );
    }
    let started = Instant::now();
    let rules = [NextRule::default(), NextRule::new(["a.example"], false)];
    for text in [
        format!("/{}", "a".repeat(1 << 20)),
        "/".repeat(1 << 20),
        "/..".repeat(1 << 18),
        format!("https://{}", "a".repeat(1 << 20)),
        "\u{202e}".repeat(1 << 18),
        format!("/?{}", "%".repeat(1 << 20)),
    ] {
        for rule in &rules {
            tried += 1;
            let followed = rule.check(&text).is_some();
            promise.demand(!followed, "bad ones accepted", "1 MiB of `next`", || {
                text[..20.min(text.len())].to_owned()
            });
        }
    }
    promise.demand(
        started.elapsed() < BOUND,
        "slow answers",
        "1 MiB of `next`",
        || format!("{:?}", started.elapsed()),
    );
    promise.judge(format_args!("{tried} sizes on {} stores", stores.len()));
}
