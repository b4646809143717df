//! What holds of every input, and not only of hostile ones: generated, and made small where it fails.
//!
//! The inputs are the same in every run; `HOSTILE_SCALE` makes more of them.

use std::collections::BTreeMap;

use axum::http::Method;
use login_runtime::{
    CurrentUser, LoginError, LoginManager, LoginSession, NextRule, UserMixin,
    guarded::{self, MethodRouter},
    login_required, public, user_loader,
};
use proptest::{
    prelude::*,
    string::string_regex,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use tokio::runtime::{Builder, Runtime};
use url::{Url, form_urlencoded};

use crate::{
    chance::scaled,
    stores::{STORES, Store, every_store},
    users::User,
    world::{Browser, REMEMBER, SESSION, World, common, request, secs, send, with_cookie},
};

/// Tries a property with the same inputs each time.
fn holds<S: Strategy>(
    cases: usize,
    inputs: S,
    property: impl Fn(S::Value) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: u32::try_from(scaled(cases)).expect("not that many"),
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    if let Err(error) = runner.run(&inputs, property) {
        panic!("{error}");
    }
}

fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

/// Bytes that a header line may have between two semicolons.
fn pair() -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>().prop_filter("a header's", |byte| {
        (*byte >= 0x20 || *byte == b'\t') && *byte != 0x7f && *byte != b';'
    });
    proptest::collection::vec(byte, 0..40)
}

#[test]
fn a_good_cookie_counts_whatever_stands_around_it() {
    let runtime = runtime();
    for kind in STORES {
        let Some(store) = runtime.block_on(kind.open()) else {
            continue;
        };
        let world = World::new(&store);
        let browser = runtime.block_on(world.logged_in(1, true));
        let around = || proptest::collection::vec(pair(), 0..8);
        for (name, end) in [(SESSION, "_session"), (REMEMBER, "_remember")] {
            let (_, value) = browser.cookies.get(end).expect("a cookie");
            let good = format!("{name}={value}").into_bytes();
            holds(64, (around(), around()), |(before, after)| {
                let ours = |pair: &Vec<u8>| {
                    let start = format!("{name}=");
                    pair.trim_ascii_start().starts_with(start.as_bytes())
                };
                prop_assume!(!before.iter().chain(&after).any(ours));
                let all: Vec<&[u8]> = before
                    .iter()
                    .map(Vec::as_slice)
                    .chain([&good[..]])
                    .chain(after.iter().map(Vec::as_slice))
                    .collect();
                let cookie = all.join(&b"; "[..]);
                let answer = runtime.block_on(send(&world.app, with_cookie("/me", &cookie)));
                prop_assert_eq!((answer.status, &*answer.body), (200, "1"));
                Ok(())
            });
        }
    }
}

#[test]
fn no_edit_of_a_good_cookie_counts() {
    let runtime = runtime();
    for kind in STORES {
        let Some(store) = runtime.block_on(kind.open()) else {
            continue;
        };
        let world = World::new(&store);
        let browser = runtime.block_on(world.logged_in(1, true));
        for (name, end) in [(SESSION, "_session"), (REMEMBER, "_remember")] {
            let (_, value) = browser.cookies.get(end).expect("a cookie");
            let good = value.as_bytes().to_vec();
            let edit = (any::<proptest::sample::Index>(), 0..4_usize, pair());
            holds(256, edit, |(at, cut, put)| {
                let at = at.index(good.len() + 1);
                let mut edited = good.clone();
                edited.splice(at..(at + cut).min(good.len()), put);
                prop_assume!(edited.trim_ascii() != good);
                let cookie = [name.as_bytes(), b"=", &edited].concat();
                let answer = runtime.block_on(send(&world.app, with_cookie("/me", &cookie)));
                prop_assert_eq!((answer.status, &*answer.body), (200, "anonymous"));
                Ok(())
            });
        }
    }
}

#[test]
fn what_is_followed_stays_home_and_is_followed_again() {
    let rules = [
        NextRule::default(),
        ["app.example", "app.example:8443"]
            .into_iter()
            .fold(NextRule::default(), |rule, host| {
                rule.allow_host(host).expect("a host")
            })
            .allow_plain_http(),
    ];
    let hostile = string_regex("[/\\\\]{0,3}[a-z%2eE./:@#?&=\\\\\t\u{a0}\u{200b}é]{0,24}");
    let urls = prop_oneof![any::<String>(), hostile.expect("a pattern")];
    holds(4000, urls, |url| {
        for (rule, hosts) in rules.iter().zip([0, 2]) {
            let Some(target) = rule.check(&url) else {
                continue;
            };
            prop_assert!(target.is_ascii() && target.len() <= 2048);
            prop_assert_eq!(rule.check(&target), Some(target.clone()));
            let base = Url::parse("https://site.example/login").expect("an address");
            let to = base.join(&target).expect("an address");
            let host = to.host_str().unwrap_or_default();
            let allowed = host == "site.example" || (hosts > 0 && host == "app.example");
            prop_assert!(allowed, "{:?} leads to {}", target, to);
        }
        Ok(())
    });
}

/// A path and query as browsers ask for them.
fn target() -> impl Strategy<Value = String> {
    let path = string_regex("(/[a-zA-Z0-9_~!$'()*+,;=:@%-]{1,8}){1,5}/?").expect("a pattern");
    let query = string_regex("(\\?[a-zA-Z0-9_~!$'()*+,;=:@/?&%.-]{0,30})?").expect("a pattern");
    (path, query)
        .prop_map(|(path, query)| path + &query)
        .prop_filter("well encoded", |target| {
            let mut rest = &**target;
            while let Some((_, after)) = rest.split_once('%') {
                let hex = |byte: &u8| byte.is_ascii_hexdigit();
                if after.len() < 2 || !after.as_bytes()[..2].iter().all(hex) {
                    return false;
                }
                rest = after;
            }
            // A dot, also an encoded one, is not what browsers leave in a path.
            !target.to_ascii_lowercase().contains("%2e")
        })
}

#[test]
fn the_wanted_page_comes_back_as_it_was_asked_for() {
    #[login_required]
    async fn page() {}
    let runtime = runtime();
    for in_cookie in [false, true] {
        let store = runtime.block_on(STORES[0].open()).expect("it is in memory");
        let world = World::with(&store, |builder| builder.next_in_cookie(in_cookie));
        let anywhere = axum::Router::new()
            .fallback(page)
            .layer(world.manager.layer());
        let app = world.app.clone().fallback_service(anywhere);
        holds(500, target(), |target| {
            let mut visitor = Browser::on(&app);
            let refused = runtime.block_on(visitor.get(&target));
            prop_assume!(refused.status == 303);
            let view = refused.header("location").to_owned();
            let shown = runtime.block_on(visitor.get(&view));
            prop_assert_eq!(shown.body.lines().next(), Some(&*target));
            Ok(())
        });
    }
}

#[test]
fn a_message_is_shown_as_it_was_left_or_not_taken() {
    let runtime = runtime();
    let store = runtime.block_on(STORES[0].open()).expect("it is in memory");
    let world = World::new(&store);
    let texts = prop_oneof![".{1,60}", ".{1000,3000}", any::<String>()];
    holds(300, texts, |text| {
        let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        let mut visitor = world.browser();
        let left = runtime.block_on(visitor.post(&format!("/flash?text={encoded}")));
        prop_assert!(left.set_cookies().iter().all(|line| line.len() <= 4096));
        if left.status == 200 {
            let shown = runtime.block_on(visitor.get("/messages"));
            prop_assert_eq!(shown.body, text);
            let again = runtime.block_on(visitor.get("/messages"));
            prop_assert_eq!(again.body, "");
        } else {
            prop_assert!(text.len() > 1000, "{} bytes: {}", text.len(), left.status);
            prop_assert_eq!(left.set_cookies(), Vec::<&str>::new());
        }
        Ok(())
    });
}

/// Somebody whose id is any text.
#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct Named {
    id: String,
}

#[user_loader]
async fn load_named(id: String) -> Option<Named> {
    Some(Named { id })
}

#[test]
fn any_text_can_be_an_id_on_every_store() {
    use login_runtime::{
        store::{CookieStore, MemoryStore},
        testing::ManualClock,
    };
    let runtime = runtime();
    let clock = ManualClock::at(crate::world::START);
    let managers = [
        common(
            LoginManager::builder(load_named, MemoryStore::new()),
            &clock,
        ),
        common(
            LoginManager::builder(load_named, CookieStore::new()),
            &clock,
        ),
    ];
    async fn me(user: CurrentUser<Named>) -> String {
        user.get_id().unwrap_or_default()
    }
    async fn log_in(session: LoginSession<Named>, id: String) -> Result<String, LoginError> {
        let login = session.login_user(&Named { id }).remember(true).await?;
        Ok(login.to_string())
    }
    for manager in managers {
        let manager = manager.build().expect("sound settings");
        let app = axum::Router::new()
            .route("/me", axum::routing::get(me))
            .route("/log-in", axum::routing::post(log_in))
            .layer(manager.layer());
        holds(300, prop_oneof![any::<String>(), ".{200,400}"], |id| {
            let mut browser = Browser::on(&app);
            let mut request = browser.request(Method::POST, "/log-in");
            *request.body_mut() = id.clone().into();
            let answer = runtime.block_on(send(&app, request));
            let may_be = (1..=512).contains(&id.len()) && !id.contains('\0');
            prop_assert_eq!(answer.status, if may_be { 200 } else { 500 });
            browser.cookies.receive(&answer.headers);
            if may_be {
                prop_assert_eq!(&runtime.block_on(browser.get("/me")).body, &id);
                browser.cookies.remove("_session");
                clock.advance(secs(120));
                prop_assert_eq!(&runtime.block_on(browser.get("/me")).body, &id);
                clock.set(crate::world::START);
            } else {
                prop_assert!(browser.cookies.is_empty());
            }
            Ok(())
        });
    }
}

// -- The access table -------------------------------------------------------------------------

#[public]
async fn open() {}

#[login_required]
async fn closed() {}

#[login_runtime::fresh_login_required(within = "10m")]
async fn fresh() {}

#[login_runtime::roles_required("admin")]
async fn role() {}

type Managers = LoginManager<User>;

/// One handler under one method; what the table has to say of it.
type Row = (u8, u8);

const METHODS: [&str; 4] = ["DELETE", "GET", "POST", "PUT"];
const ACCESS: [&str; 4] = [
    "public",
    "login",
    "fresh login within 600s",
    "login, role admin",
];

fn with(router: MethodRouter<Managers>, (method, access): Row) -> MethodRouter<Managers> {
    macro_rules! by_access {
        ($method:ident) => {
            match access {
                0 => router.$method(open),
                1 => router.$method(closed),
                2 => router.$method(fresh),
                _ => router.$method(role),
            }
        };
    }
    match METHODS[usize::from(method)] {
        "DELETE" => by_access!(delete),
        "GET" => by_access!(get),
        "POST" => by_access!(post),
        _ => by_access!(put),
    }
}

#[test]
fn the_access_table_is_what_was_routed_and_what_is_served() {
    let runtime = runtime();
    let store: Vec<Store> = runtime.block_on(every_store());
    let world = World::new(&store[0]);
    let rows = proptest::collection::btree_map(
        (
            string_regex("/[a-c]{1,3}").expect("a pattern"),
            any::<bool>(),
            0..4_u8,
        ),
        0..4_u8,
        1..12,
    );
    holds(150, rows, |rows: BTreeMap<(String, bool, u8), u8>| {
        let mut routed: BTreeMap<(String, bool), Vec<Row>> = BTreeMap::new();
        for ((path, nested, method), access) in rows {
            let of_path = routed.entry((path, nested)).or_default();
            of_path.push((method, access));
        }
        let (mut outer, mut inner) = (guarded::Router::<Managers>::new(), guarded::Router::new());
        let mut expected = Vec::new();
        for ((path, nested), handlers) in &routed {
            let methods = handlers.iter().copied().fold(MethodRouter::new(), with);
            let full = if *nested {
                format!("/in{path}")
            } else {
                path.clone()
            };
            match nested {
                true => inner = inner.route(path, methods),
                false => outer = outer.route(path, methods),
            }
            for (method, access) in handlers {
                let method = METHODS[usize::from(*method)];
                let access = ACCESS[usize::from(*access)];
                expected.push((full.clone(), method.to_owned(), access.to_owned()));
            }
        }
        let router = outer.nest("/in", inner);
        let table = router.access_table();
        let mut said: Vec<_> = table
            .iter()
            .map(|row| (row.path.clone(), row.method.clone(), row.access.to_string()))
            .collect();
        expected.sort();
        said.sort();
        prop_assert_eq!(&said, &expected);
        let app: axum::Router = router.with_login(&world.manager);
        for (path, method, access) in expected {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let answer = runtime.block_on(send(&app, request(method, &path)));
            let is_open = access == "public";
            prop_assert_eq!(answer.status == 200, is_open, "{}: {}", path, access);
        }
        Ok(())
    });
}
