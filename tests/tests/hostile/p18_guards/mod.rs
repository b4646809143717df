//! P18: behind a guard nothing of a handler runs for somebody who is not logged in, whatever the
//! method, the arguments, the nesting and the protocol.

mod handlers;

use axum::{Router, body::Body, http::Method};

use self::handlers::{Runs, application};
use crate::{
    chance::scale,
    promise::Promise,
    stores::{Store, every_store},
    users::{ADMIN, load_by_header, load_by_password, load_by_query},
    world::{Browser, World, secs, send},
};

const METHODS: [&str; 10] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PURGE",
];

const UPGRADE: [(&str, &str); 4] = [
    ("connection", "upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// Who is nobody, why, and by which reason it would be known if that failed.
async fn strangers(world: &World) -> Vec<(&'static str, Browser)> {
    let browser = || world.browser();
    let with = |headers: &[(&'static str, &str)]| {
        headers
            .iter()
            .fold(browser(), |it, (name, value)| it.header(name, value))
    };
    let mut forged = browser();
    let admin = world.logged_in(ADMIN, true).await;
    for (name, end) in [
        (crate::world::SESSION, "_session"),
        (crate::world::REMEMBER, "_remember"),
    ] {
        let (_, value) = admin.cookies.get(end).expect("a cookie");
        let other = if value.ends_with('A') { 'E' } else { 'A' };
        forged
            .cookies
            .set(name, &format!("{}{other}", &value[..value.len() - 1]));
    }
    let changed = world.logged_in(50, true).await;
    world.users.change_password(50);
    let inactive = world.logged_in(51, true).await;
    world.users.deactivate(51);
    let mut strangers = vec![
        ("nobody", browser()),
        (
            "nobody, for a program",
            with(&[("accept", "application/json")]),
        ),
        ("nobody, upgrading", with(&UPGRADE)),
        (
            "nobody, with an override",
            with(&[("x-http-method-override", "GET")]),
        ),
        (
            "nobody, for events",
            with(&[("accept", "text/event-stream"), ("last-event-id", "7")]),
        ),
        (
            "nobody, with a cookie that is none",
            with(&[(
                "cookie",
                "__Host-login_session=forged; __Host-login_remember=forged",
            )]),
        ),
        ("a forged cookie", forged),
        ("a changed password", changed),
        ("an account that is not active", inactive),
        ("a wrong key", with(&[("authorization", "Bearer key-")])),
        (
            "two keys",
            with(&[("authorization", "Bearer key-3, Bearer key-3")]),
        ),
    ];
    if world.manager.end_logins_of("52").await.is_ok() {
        let ended = world.logged_in(52, true).await;
        world
            .manager
            .end_logins_of("52")
            .await
            .expect("the store answers");
        strangers.push(("a login that has ended", ended));
    }
    strangers
}

/// Requests that carry an empty credential, which is none.
fn empty_handed(world: &World) -> Vec<(&'static str, Browser, &'static str)> {
    let browser = || world.browser();
    vec![
        (
            "an empty bearer token",
            browser().header("authorization", "Bearer "),
            "",
        ),
        ("an empty header", browser().header("x-api-key", ""), ""),
        (
            "two empty halves",
            browser().header("authorization", "Basic Og=="),
            "",
        ),
        ("an empty parameter", browser(), "?api_key="),
    ]
}

/// WebSockets with the cookies of somebody, from pages that are not this site's.
fn foreign_pages(member: &Browser) -> Vec<(&'static str, Browser)> {
    let from = |origin: &str| {
        let upgrade =
            |it: Browser, (name, value): (&'static str, &'static str)| it.header(name, value);
        UPGRADE
            .into_iter()
            .fold(member.clone(), upgrade)
            .header("origin", origin)
    };
    vec![
        ("another host", from("https://evil.example")),
        (
            "a host that ends so",
            from("https://site.example.evil.example"),
        ),
        ("a host that begins so", from("https://evilsite.example")),
        ("another port", from("https://site.example:8443")),
        ("a sandboxed page", from("null")),
        ("an origin of another scheme", from("http://site.example")),
        ("an origin of another scheme", from("ftp://site.example")),
        (
            "an origin of another scheme",
            from("chrome-extension://site.example"),
        ),
    ]
}

async fn ask(app: &Router, browser: &Browser, method: &str, path: &str) -> u16 {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    let mut request = browser.request(method, path);
    let json = "application/json".parse().expect("a header");
    request.headers_mut().insert("content-type", json);
    *request.body_mut() = Body::from("{}");
    send(app, request).await.status
}

#[tokio::test]
async fn p18_guards_cover_everything() {
    let mut promise = Promise::new("P18 guards cover everything", ["handler runs"]);
    let mut sent = 0;
    let stores = every_store().await;
    for (number, store) in stores.iter().enumerate() {
        // The guard is the same on each store; who is nobody may differ.
        let every = |who: &str| match scale() {
            1 if number > 0 || !who.starts_with("nobody") => 11,
            _ => 1,
        };
        sent += on(store, every, number, &mut promise).await;
    }
    promise.judge(format_args!(
        "{sent} requests of nobody on {} stores",
        stores.len()
    ));
}

async fn on(
    store: &Store,
    every: impl Fn(&str) -> usize,
    offset: usize,
    promise: &mut Promise,
) -> usize {
    let world = World::with(store, |builder| {
        builder
            .request_loader(load_by_header)
            .request_loader(load_by_query)
            .request_loader(load_by_password)
            .trusted_origin("https://app.example")
    });
    let runs = Runs::default();
    let (app, paths) = application(&world, &runs);
    let mut sent = 0;
    for (who, browser) in strangers(&world).await {
        let mut turn = offset;
        for path in &paths {
            for method in METHODS {
                turn += 1;
                if !turn.is_multiple_of(every(who)) {
                    continue;
                }
                sent += 1;
                let status = ask(&app, &browser, method, path).await;
                let ran = runs.take();
                let is_socket = method == "CONNECT" || browser.headers.contains_key("upgrade");
                let refused = match method {
                    "OPTIONS" => status == 200,
                    // From a page that does not say whose it is.
                    _ if is_socket && status == 403 => true,
                    _ => [303, 401, 405].contains(&status),
                };
                let kept = ran == 0 && refused;
                promise.demand(kept, "handler runs", "a stranger", || {
                    format!(
                        "{}: {who}, {method} {path}: {status}, {ran} runs",
                        store.name
                    )
                });
            }
        }
    }
    for (why, browser, query) in empty_handed(&world) {
        for path in ["/login/any/nothing", "/guarded/login/each/user"] {
            sent += 1;
            let status = ask(&app, &browser, "GET", &format!("{path}{query}")).await;
            let ran = runs.take();
            promise.demand(ran == 0, "handler runs", "an empty credential", || {
                format!(
                    "{}: {why}, GET {path}{query}: {status}, {ran} runs",
                    store.name
                )
            });
        }
        promise.demand(
            world.users.keys_seen().iter().all(|key| !key.is_empty()),
            "handler runs",
            "an empty credential",
            || format!("{}: {why} reached a loader", store.name),
        );
    }
    let member = world.logged_in(ADMIN, true).await;
    for (why, browser) in foreign_pages(&member) {
        for path in [
            "/login/any/socket",
            "/guarded/session/each/nothing",
            "/fresh/any/events",
        ] {
            for method in ["GET", "CONNECT"] {
                sent += 1;
                let status = ask(&app, &browser, method, path).await;
                let ran = runs.take();
                promise.demand(ran == 0, "handler runs", why, || {
                    let origin = browser.headers.get("origin");
                    format!("{}: {method} {path} from {origin:?}: {status}", store.name)
                });
            }
        }
    }
    // The same requests do run handlers, once somebody may: the test can fail.
    world.clock.advance(secs(1));
    let mut served = 0;
    for path in &paths {
        ask(&app, &member, "POST", path).await;
        served += usize::from(runs.take() > 0);
    }
    assert!(
        served * 2 > paths.len(),
        "{served} of {} run something",
        paths.len()
    );
    sent
}
