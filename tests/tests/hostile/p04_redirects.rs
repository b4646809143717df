//! P4: after the login, and on the way to it, browsers stay on this site.

use axum::http::Method;
use login_tests::NextUrls;
use url::{Url, form_urlencoded};

use crate::{
    chance::{Chance, scaled},
    promise::Promise,
    stores::{Store, every_store},
    world::{World, request, send},
};

/// Where a browser on the login page would go, if that is not this site.
fn escape(target: &str) -> Option<String> {
    for scheme in ["https", "http"] {
        let base = Url::parse(&format!("{scheme}://site.example/login")).expect("an address");
        let Ok(goes_to) = base.join(target) else {
            return Some("no address".to_owned());
        };
        if goes_to.origin() != base.origin() {
            return Some(goes_to.to_string());
        }
        // A server that resolves it and redirects to the path alone must not leave either.
        match base.join(goes_to.path()) {
            Ok(again) if again.origin() == base.origin() => {}
            _ => return Some(format!("its path {}", goes_to.path())),
        }
    }
    None
}

/// What `NextUrl` makes of a `next` in the query.
async fn followed(world: &World, next: &str) -> Option<String> {
    let encoded: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
    let path = format!("/login?next={encoded}");
    let answer = send(&world.app, request(Method::GET, &path)).await;
    let target = answer.body.lines().next().unwrap_or_default().to_owned();
    (!target.is_empty()).then_some(target)
}

#[rustfmt::skip]
const PIECES: &[&str] = &[
    "/", "/", "/", "\\", "//", ".", "..", "/../", "%2e", "%2E.", "/.%2e/", ":", "@", "#", "?", ";",
    "&", "=", "%", "%2f", "%5c", "%00", "%09", "%0d%0a", "%40", "\t", "\n", "\r", " ", "\0",
    "\u{7f}", "\u{85}", "\u{a0}", "\u{ad}", "\u{200b}", "\u{202e}", "\u{2028}", "\u{feff}", "／",
    "＼", "。", "＠", "：", "é", "😀", "a", "b=1", "<", "\"", "[::1]", "evil.example", "site.example",
    "user:pw@", ":443", "0x7f.1", "http:", "https:", "https://", "HtTpS://", "javascript:", "data:",
];

/// The wanted page that a refused visitor takes along, by a raw request target.
async fn kept(world: &World, target: &str) -> Option<String> {
    let uri = target.parse().ok()?;
    let mut request = request(Method::GET, "/");
    *request.uri_mut() = uri;
    request
        .headers_mut()
        .insert("accept", "text/html".parse().ok()?);
    let answer = send(&world.app, request).await;
    let location = answer.header("location");
    let query = location.split_once("next=")?.1;
    let (next, _) = form_urlencoded::parse(query.as_bytes()).next()?;
    Some(next.into_owned())
}

async fn world(store: &Store) -> World {
    let mut world = World::new(store);
    // Whatever path was asked for, a guard sees it.
    #[login_runtime::login_required]
    async fn anything() {}
    world.app = world.app.fallback_service(
        axum::Router::new()
            .fallback(anything)
            .layer(world.manager.layer()),
    );
    world
}

#[tokio::test]
async fn p04_redirects_stay_home() {
    let mut promise = Promise::new(
        "P4 redirects stay home",
        ["safe ones refused", "unsafe ones followed", "escapes"],
    );
    let corpus = NextUrls::recorded();
    let store = &every_store().await[0];
    let world = world(store).await;
    let mut tried = 0;
    let (mut many, mut kept_any) = (0, 0);

    for case in &corpus.safe {
        tried += 1;
        let target = followed(&world, &case.url).await;
        if case.class == "path" {
            promise.demand(
                target.is_some(),
                "safe ones refused",
                "of the corpus",
                || case.url.clone(),
            );
        }
    }
    for case in &corpus.dangerous {
        tried += 1;
        let target = followed(&world, &case.url).await;
        promise.demand(
            target.is_none(),
            "unsafe ones followed",
            "of the corpus",
            || format!("{:?} as {target:?}", case.url),
        );
    }
    let cases = corpus
        .safe
        .iter()
        .chain(&corpus.dangerous)
        .chain(&corpus.either);
    let mut urls: Vec<String> = cases.map(|case| case.url.clone()).collect();
    let mut chance = Chance::new(4);
    for _ in 0..scaled(10_000) {
        let pieces = 1 + chance.below(7);
        let start = if chance.one_in(2) { "/" } else { "" };
        let more = (0..pieces).map(|_| *chance.pick(PIECES));
        urls.push(start.to_owned() + &more.collect::<String>());
    }
    for url in &urls {
        tried += 1;
        if let Some(target) = followed(&world, url).await {
            many += 1;
            let away = escape(&target);
            promise.demand(away.is_none(), "escapes", "a `next`", || {
                format!(
                    "seed {}: {url:?} as {target:?} leads to {away:?}",
                    chance.seed()
                )
            });
        }
        if let Some(next) = kept(&world, url).await {
            kept_any += 1;
            let away = escape(&next);
            promise.demand(away.is_none(), "escapes", "a request target", || {
                format!(
                    "seed {}: {url:?} kept as {next:?} leads to {away:?}",
                    chance.seed()
                )
            });
        }
    }
    // The generator has to reach the inside of the rule, and the guard has to keep pages.
    assert!(
        many > urls.len() / 50 && kept_any > urls.len() / 100,
        "{many}, {kept_any}"
    );
    promise.judge(format_args!(
        "{tried} tried, {many} followed, {kept_any} kept by a guard"
    ));
}
