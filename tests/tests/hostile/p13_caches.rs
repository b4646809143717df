//! P13: a shared cache that keeps to its rules (RFC 9111) never shows one visitor another's page.

use std::collections::HashMap;

use axum::http::{HeaderMap, Method};
use login_runtime::{CurrentUser, LoggedIn, login_required};

use crate::{
    chance::{Chance, scaled},
    promise::Promise,
    stores::every_store,
    users::{User, load_by_header, load_by_query},
    world::{Answer, Browser, World, secs},
};

/// What a cache keeps for one address: the request's headers that chose the answer, and the answer.
struct Kept {
    chosen_by: Vec<(String, Option<Vec<u8>>)>,
    answer: Answer,
}

/// A cache between visitors and the site, as greedy as RFC 9111 lets it be.
#[derive(Default)]
struct Cache {
    kept: HashMap<String, Vec<Kept>>,
    hits: usize,
}

fn directives(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all("cache-control").iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(|it| it.trim().to_ascii_lowercase())
        .collect()
}

impl Cache {
    fn find(&mut self, path: &str, headers: &HeaderMap) -> Option<Answer> {
        let kept = self.kept.get(path)?;
        let matches = |kept: &&Kept| {
            kept.chosen_by
                .iter()
                .all(|(name, value)| headers.get(name).map(|it| it.as_bytes()) == value.as_deref())
        };
        // The newest that matches.
        let found = kept.iter().rev().find(matches)?.answer.clone();
        self.hits += 1;
        Some(found)
    }

    fn keep(&mut self, path: &str, request: &HeaderMap, answer: &Answer) {
        let directives = directives(&answer.headers);
        let says = |what: &str| {
            directives
                .iter()
                .any(|it| it == what || it.starts_with(&format!("{what}=")))
        };
        if says("no-store") || says("private") || says("no-cache") {
            return;
        }
        let explicit = says("max-age") || says("s-maxage") || says("public");
        let by_default = [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501];
        if !(explicit || by_default.contains(&answer.status)) {
            return;
        }
        let authorized = request.contains_key("authorization");
        if authorized && !(says("public") || says("s-maxage") || says("must-revalidate")) {
            return;
        }
        let vary = answer.headers.get_all("vary").iter();
        let vary = vary.filter_map(|value| value.to_str().ok());
        let names: Vec<String> = vary
            .flat_map(|value| value.split(','))
            .map(|name| name.trim().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        if names.iter().any(|name| name == "*") {
            return;
        }
        let chosen_by = names.into_iter().map(|name| {
            let value = request.get(&name).map(|it| it.as_bytes().to_vec());
            (name, value)
        });
        let kept = Kept {
            chosen_by: chosen_by.collect(),
            answer: answer.clone(),
        };
        self.kept.entry(path.to_owned()).or_default().push(kept);
    }
}

/// A visitor, and what shows that a page was made for them.
struct Visitor {
    browser: Browser,
    id: String,
}

const PATHS: [&str; 16] = [
    "/",
    "/about",
    "/me",
    "/dashboard",
    "/fresh",
    "/session",
    "/login",
    "/login?next=%2Fme",
    "/messages",
    "/logins",
    "/own/public",
    "/own/private",
    "/own/none",
    "/own/dashboard",
    "/own/static",
    "/nothing",
];

/// Pages that say themselves how they may be kept.
fn own_pages() -> axum::Router<crate::users::Users> {
    use axum::routing::get;
    async fn name(user: CurrentUser<User>) -> String {
        user.get_id().unwrap_or_else(|| "anonymous".to_owned())
    }
    #[login_required]
    async fn dashboard(user: LoggedIn<User>) -> ([(&'static str, &'static str); 1], String) {
        (
            [("cache-control", "public, max-age=600")],
            user.id.to_string(),
        )
    }
    axum::Router::new()
        .route(
            "/own/public",
            get(async |user: CurrentUser<User>| {
                ([("cache-control", "public, max-age=600")], name(user).await)
            }),
        )
        .route(
            "/own/private",
            get(async |user: CurrentUser<User>| {
                (
                    [("cache-control", "private, max-age=600")],
                    name(user).await,
                )
            }),
        )
        .route("/own/none", get(name))
        .route("/own/dashboard", get(dashboard))
        .route(
            "/own/static",
            get(async || [("cache-control", "public, max-age=31536000")]),
        )
}

/// Whether an answer is somebody else's: their name, or a cookie.
fn is_foreign(answer: &Answer, visitor: &Visitor) -> bool {
    let names_somebody =
        |id: &str| answer.body == id || answer.body.starts_with(&format!("Some(\"{id}\")"));
    let others = ["1001", "1002", "1003"]
        .into_iter()
        .filter(|id| *id != visitor.id);
    let foreign_name = others.into_iter().any(names_somebody);
    let lost_name = visitor.id != "anonymous" && answer.body == "anonymous";
    foreign_name || lost_name || !answer.set_cookies().is_empty()
}

#[tokio::test]
async fn p13_caches_cannot_leak() {
    let mut promise = Promise::new("P13 caches cannot leak", ["foreign answers"]);
    let (mut asked, mut hits) = (0, 0);
    let stores = every_store().await;
    for store in &stores {
        let mut world = World::with(store, |builder| {
            builder
                .request_loader(load_by_header)
                .request_loader(load_by_query)
        });
        let own = own_pages().with_state(world.users.clone());
        world.app = world.app.clone().merge(own.layer(world.manager.layer()));
        let anonymous = |browser: Browser| Visitor {
            browser,
            id: "anonymous".to_owned(),
        };
        let known = |browser: Browser, id: u64| Visitor {
            browser,
            id: id.to_string(),
        };
        let on_site = || Browser::on(&world.app);
        let mut one = world.logged_in(1001, true).await.at(&world.app);
        one.post("/flash?text=for-1001-only").await;
        let mut visitors = [
            known(one, 1001),
            known(world.logged_in(1002, false).await.at(&world.app), 1002),
            known(on_site().header("authorization", "Bearer key-1003"), 1003),
            known(on_site().header("x-api-key", "key-1002"), 1002),
            anonymous(on_site()),
            anonymous(on_site().header("x-requested-with", "XMLHttpRequest")),
            anonymous(on_site().header("hx-request", "true")),
            anonymous(on_site().header("accept", "application/json")),
        ];
        let mut cache = Cache::default();
        let mut chance = Chance::new(13);
        for step in 0..scaled(1000) {
            let visitor = &mut visitors[chance.below(8)];
            let path = *chance.pick(&PATHS);
            asked += 1;
            let headers = visitor.browser.request(Method::GET, path).headers().clone();
            if let Some(answer) = cache.find(path, &headers) {
                promise.demand(
                    !is_foreign(&answer, visitor),
                    "foreign answers",
                    "from the cache",
                    || {
                        format!(
                            "{}, seed {}, step {step}: {} asked for {path} and got {:?} {:?}",
                            store.name,
                            chance.seed(),
                            visitor.id,
                            answer.body,
                            answer.set_cookies()
                        )
                    },
                );
                continue;
            }
            let answer = visitor.browser.get(path).await;
            cache.keep(path, &headers, &answer);
            if chance.one_in(40) {
                // A session that a restore replaces, on a page that may be kept.
                visitors[0].browser.cookies.remove("_session");
                world.clock.advance(secs(70));
            }
        }
        hits += cache.hits;
        assert!(cache.hits > 50, "{}: the cache keeps nothing", store.name);
    }
    promise.judge(format_args!(
        "{asked} requests, {hits} answered by the cache"
    ));
}
