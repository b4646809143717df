//! P2: a cookie counts under its own name, for its own purpose and realm, and nowhere else.

use axum::Router;
use login_runtime::{CookieOptions, testing::ManualClock};

use crate::{
    promise::Promise,
    stores::{Store, every_store},
    world::{Builder, START, World, send, with_cookie},
};

type Edit = fn(Builder) -> Builder;

/// Settings under which the same key signs cookies of other names, realms or prefixes.
#[rustfmt::skip]
const SITES: &[(&str, Edit)] = &[
    ("plain", |builder| builder),
    ("another realm", |builder| builder.realm("admin")),
    ("without HTTPS", |builder| builder.insecure_cookies_over_plain_http()),
    ("a domain", |builder| {
        let domain = |cookie: CookieOptions| cookie.domain("site.example");
        builder.session_cookie(domain).remember_cookie(domain)
    }),
    ("other names", |builder| {
        builder
            .session_cookie(|cookie| cookie.name("one"))
            .remember_cookie(|cookie| cookie.name("two"))
    }),
    // Each under the other's name: the name alone does not say what a cookie is for.
    ("names exchanged", |builder| {
        builder
            .session_cookie(|cookie| cookie.name("login_remember"))
            .remember_cookie(|cookie| cookie.name("login_session"))
    }),
];

/// A cookie as it was issued.
struct Issued {
    site: usize,
    purpose: &'static str,
    name: String,
    value: String,
}

const PAGES: [&str; 4] = ["/me", "/session", "/messages", "/login"];

/// What pages say to somebody with this cookie alone, beyond what they say to anybody.
async fn believed(app: &Router, name: &str, value: &str) -> Vec<String> {
    let mut believed = Vec::new();
    for path in PAGES {
        let cookie = format!("{name}={value}");
        let answer = send(app, with_cookie(path, cookie.as_bytes())).await;
        let nothing = match path {
            "/me" => answer.body == "anonymous",
            "/session" => answer.body.starts_with("None"),
            "/messages" => answer.body.is_empty(),
            _ => answer.body == "\n",
        };
        if answer.status != 200 || !nothing {
            believed.push(format!("{path}: {} {}", answer.status, answer.body));
        }
    }
    believed
}

async fn sites(store: &Store) -> (Vec<World>, Vec<Issued>) {
    let (mut sites, mut issued) = (Vec::new(), Vec::new());
    for (site, (_, edit)) in SITES.iter().enumerate() {
        let clock = ManualClock::at(START);
        let world = World::with(store, |builder| {
            edit(builder).next_in_cookie(true).clock(clock)
        });
        let mut browser = world.logged_in(1, true).await;
        browser.post("/flash?text=hello").await;
        let mut stranger = world.browser();
        stranger.get("/dashboard").await;
        let name_of = |purpose: &str| {
            let found = match (SITES[site].0, purpose) {
                ("other names", "session") => "one",
                ("other names", "remember") => "two",
                ("names exchanged", "session") => "_remember",
                ("names exchanged", "remember") | (_, "session") => "_session",
                (_, "remember") => "_remember",
                (_, "flash") => "_flash",
                _ => "_next",
            };
            found.to_owned()
        };
        for purpose in ["session", "remember", "flash", "next"] {
            let of = if purpose == "next" {
                &stranger
            } else {
                &browser
            };
            let (name, value) = of.cookies.get(&name_of(purpose)).expect("such a cookie");
            issued.push(Issued {
                site,
                purpose,
                name: name.to_owned(),
                value: value.to_owned(),
            });
        }
        sites.push(world);
    }
    (sites, issued)
}

#[tokio::test]
async fn p02_cookies_cannot_be_swapped() {
    let mut promise = Promise::new("P2 cookies cannot be swapped", ["accepted"]);
    let (mut pairs, mut genuine) = (0, 0);
    let stores = every_store().await;
    for store in &stores {
        let (sites, issued) = sites(store).await;
        for there in &issued {
            let app = &sites[there.site].app;
            for value in &issued {
                let same = value.purpose == there.purpose && value.name == there.name;
                // Of one realm, one name and one purpose they are the same cookie.
                let realm = |it: &Issued| SITES[it.site].0 == "another realm";
                if same && realm(value) == realm(there) {
                    let believed = believed(app, &there.name, &value.value).await;
                    assert!(!believed.is_empty(), "{}: {}", store.name, there.name);
                    genuine += 1;
                    continue;
                }
                pairs += 1;
                let believed = believed(app, &there.name, &value.value).await;
                promise.demand(
                    believed.is_empty(),
                    "accepted",
                    "another cookie's value",
                    || {
                        format!(
                            "{}: the {} cookie {} of `{}` as the {} cookie {} of `{}`: {}",
                            store.name,
                            value.purpose,
                            value.name,
                            SITES[value.site].0,
                            there.purpose,
                            there.name,
                            SITES[there.site].0,
                            believed.join(", ")
                        )
                    },
                );
            }
        }
    }
    assert!(genuine >= 4 * SITES.len() * stores.len());
    promise.judge(format_args!("{pairs} pairs on {} stores", stores.len()));
}
