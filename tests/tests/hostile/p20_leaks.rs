//! P20: no secret is in a log, an error, a `Debug`, an address or a store in clear.

use std::fs;

use axum::{
    Router,
    http::Method,
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use login_runtime::{
    CurrentUser, LoggedIn, LoginSession, login_required,
    testing::{ManualClock, TestCookies},
};
use login_tests::{Fault, Log};

use crate::{
    promise::Promise,
    stores::{Store, every_store},
    users::{Staff, User, load_by_header, load_by_password, load_by_query, load_staff_by_token},
    world::{Answer, Browser, START, World, common, key, secs},
};

/// Every secret of a run, and everything that was said in it.
#[derive(Default)]
struct Run {
    secrets: Vec<String>,
    said: Vec<(&'static str, String)>,
}

impl Run {
    fn issued(&mut self, cookies: &TestCookies) {
        for end in ["_session", "_remember", "_flash", "_next"] {
            let value = cookies.get(end).map(|(_, value)| value.to_owned());
            if let Some(value) = value.filter(|value| !self.secrets.contains(value)) {
                // The signature alone is enough for nobody, and is nobody's to know.
                self.secrets.push(value[value.len() - 43..].to_owned());
                self.secrets.push(value);
            }
        }
    }

    fn heard(&mut self, answer: &Answer) {
        self.said.push(("an answer", answer.body.clone()));
        for (name, value) in &answer.headers {
            if name != "set-cookie" {
                let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
                self.said.push(("a header", format!("{name}: {text}")));
            }
        }
    }

    async fn ask(&mut self, browser: &mut Browser, method: Method, path: &str) {
        let answer = browser.ask(method, path).await;
        self.issued(&answer.cookies());
        self.heard(&answer);
    }

    async fn get(&mut self, browser: &mut Browser, path: &str) {
        self.ask(browser, Method::GET, path).await;
    }

    async fn post(&mut self, browser: &mut Browser, path: &str) {
        self.ask(browser, Method::POST, path).await;
    }
}

/// Everything that can happen to a login, with everything going wrong once.
async fn live(run: &mut Run, world: &World, store: &Store) {
    let mut ada = world.browser();
    run.get(&mut ada, "/dashboard").await;
    run.post(&mut ada, "/login?user=1&remember=true").await;
    run.post(&mut ada, "/flash?text=for-your-eyes").await;
    let copy = ada.without("_session");
    let mut other = ada.clone().header("user-agent", "another browser");
    run.get(&mut other, "/fresh").await;
    for _ in 0..3 {
        world.clock.advance(secs(4000));
        ada.cookies.remove("_session");
        run.get(&mut ada, "/me").await;
        world.clock.advance(secs(90));
        run.get(&mut ada, "/dashboard").await;
    }
    run.post(&mut ada, "/confirm?user=1").await;
    for fault in Fault::ALL {
        if fault == Fault::Hang && store.file().exists() {
            continue;
        }
        world.users.fail(Some(fault));
        for path in ["/me", "/dashboard"] {
            run.get(&mut ada, path).await;
        }
        world.users.fail(None);
        for nth in 1..3 {
            world.faults.fail_at(nth, fault);
            run.post(&mut ada.clone(), "/confirm?user=1").await;
            world.faults.fail_at(nth, fault);
            run.post(&mut ada.clone(), "/login?user=1&remember=true")
                .await;
        }
        world.faults.forget();
    }
    // Somebody with an old copy.
    run.get(&mut copy.clone(), "/me").await;
    run.post(&mut ada, "/login?user=1&remember=true").await;
    for path in ["/logins", "/messages", "/login", "/session"] {
        run.get(&mut ada, path).await;
    }
    for (name, value) in [
        ("authorization", "Bearer key-7"),
        ("x-api-key", "key-7"),
        ("authorization", "Basic a2V5LTc6a2V5LTg="),
        ("authorization", "Bearer wrong-key-8"),
    ] {
        let mut program = world.browser().header(name, value);
        run.get(&mut program, "/me").await;
        run.get(&mut program, "/dashboard").await;
    }
    let mut program = world.browser();
    for path in [
        "/me?api_key=key-7",
        "/fresh?api_key=key-7",
        "/dashboard?a=b&api_key=wrong-key-8",
    ] {
        run.get(&mut program, path).await;
    }
    world.users.change_password(1);
    run.get(&mut ada, "/dashboard").await;
    run.post(&mut ada, "/logout").await;
    for event in world.events() {
        run.said.push(("an event", format!("{event:?}")));
    }
}

/// The `Debug` of everything that a handler or an application can hold.
async fn show(run: &mut Run, world: &World) {
    async fn show(
        current: CurrentUser<User>,
        user: LoggedIn<User>,
        session: LoginSession<User>,
    ) -> String {
        let login = session.login_user(&user).remember(true);
        let devices = session.logins().await;
        let shown = format!("{current:?} {user:?} {session:?} {login:?} {devices:?}");
        let wrong = User {
            id: 2,
            active: true,
            password_hash: "password-hash-2-0".to_owned(),
            roles: Vec::new(),
        };
        let error = session.confirm_login(&wrong).await.unwrap_err();
        shown + &format!("{error} {error:?}")
    }
    let app = Router::new()
        .route("/show", post(show))
        .layer(world.manager.layer());
    let mut browser = world.logged_in(1, true).await;
    run.issued(&browser.cookies);
    run.post(&mut browser.at(&app), "/show").await;
    run.get(&mut browser, "/me").await;
    for text in [
        format!("{:?}", world.manager),
        format!("{:?}", world.manager.layer()),
        format!("{:?}", key(1)),
        format!(
            "{:?}",
            login_runtime::SecretKey::from_bytes(b"password-hash-short")
        ),
        format!(
            "{:?}",
            world.manager.test_login(&world.users.get(1)).remember(true)
        ),
    ] {
        run.said.push(("a `Debug`", text));
    }
}

/// A page of one manager around which another one stands: what is kept of its address.
async fn behind_two_managers(run: &mut Run, world: &World, store: &Store) {
    #[login_required(user = User)]
    async fn page() {}
    #[login_required(user = Staff)]
    async fn desk() {}
    let staff = || {
        common(store.staff(), &ManualClock::at(START))
            .realm("staff")
            .request_loader(load_staff_by_token)
            .build()
            .expect("the settings are sound")
    };
    let routes = || {
        Router::new()
            .route("/page", get(page))
            .route("/desk", get(desk))
    };
    let inside = routes().layer(staff().layer()).layer(world.manager.layer());
    let outside = routes().layer(world.manager.layer()).layer(staff().layer());
    for app in [inside, outside] {
        for (target, status) in [
            ("/page?a=b&token=token-secret", 303),
            ("/desk?a=b&api_key=key-secret", 303),
            // Whoever sends the manager's own key is a program.
            ("/page?a=b&token=token-secret&api_key=key-secret", 401),
            ("/desk?a=b&token=token-secret&api_key=key-secret", 401),
        ] {
            let mut browser = Browser::on(&app);
            let mut script = browser.clone().header("accept", "application/json");
            let answer = browser.get(target).await;
            assert_eq!(answer.status, status, "{target}");
            let location = answer.header("location").to_owned();
            run.said.push(("the address of a login page", location));
            let answer = script.get(target).await;
            assert_eq!(answer.status, 401, "{target}");
            assert!(answer.body.contains("?next=%2F"), "{}", answer.body);
            run.said.push(("the address of a login page", answer.body));
        }
    }
}

/// Whether bytes are among others.
fn holds(all: &[u8], part: &[u8]) -> bool {
    all.windows(part.len()).any(|window| window == part)
}

/// What whoever reads the store's file could log in with.
fn search_file(promise: &mut Promise, run: &Run, store: &Store) -> usize {
    let mut bytes = Vec::new();
    for end in ["", "-wal"] {
        let path = format!("{}{end}", store.file().display());
        bytes.extend(fs::read(path).unwrap_or_default());
    }
    if bytes.is_empty() {
        return 0;
    }
    for secret in &run.secrets {
        let clear = holds(&bytes, secret.as_bytes());
        promise.demand(!clear, "secrets found", "in the store's file", || {
            secret.clone()
        });
        // The secret part of a remember cookie is the end of what is signed.
        let Ok(payload) = URL_SAFE_NO_PAD.decode(&secret[..secret.len().saturating_sub(43)]) else {
            continue;
        };
        if let Some(end) = payload.last_chunk::<24>() {
            let clear = payload.len() > 60 && holds(&bytes, end);
            promise.demand(!clear, "secrets found", "in the store's file", || {
                secret.clone()
            });
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for end in ["", "-wal"] {
            let path = format!("{}{end}", store.file().display());
            let Ok(file) = fs::metadata(&path) else {
                continue;
            };
            let mode = file.permissions().mode() & 0o777;
            promise.demand(
                mode.trailing_zeros() >= 6,
                "secrets found",
                "the file is for everybody",
                || format!("{}: mode {mode:o} of {path}", store.name),
            );
        }
    }
    bytes.len()
}

#[tokio::test]
async fn p20_nothing_leaks() {
    let mut promise = Promise::new("P20 nothing leaks", ["secrets found"]);
    Log::begin();
    let (mut secrets, mut searched) = (0, 0);
    let stores = every_store().await;
    for store in &stores {
        // Somebody whose disk is slow must not look like one that hangs.
        let timeout = match store.file().exists() {
            true => secs(10),
            false => store.patience(),
        };
        let world = World::faulty(store, |builder| {
            builder
                .request_loader(load_by_header)
                .request_loader(load_by_query)
                .request_loader(load_by_password)
                .timeout(timeout)
        });
        let mut run = Run::default();
        live(&mut run, &world, store).await;
        show(&mut run, &world).await;
        let log = Log::take();
        for told in ["UserLoggedIn", "AuthHashChanged", "UserLoggedOut", "ERROR"] {
            assert!(
                log.contains(told),
                "{}: {told} is not in the log",
                store.name
            );
        }
        run.said
            .extend(log.lines().map(|line| ("the log", line.to_owned())));
        assert!(run.secrets.len() >= 12, "{}", run.secrets.len());
        let cookies = run.secrets.clone();
        for (where_, text) in &run.said {
            searched += text.len();
            for secret in &cookies {
                let clear = text.contains(&**secret);
                promise.demand(!clear, "secrets found", "a cookie", || {
                    format!("{}: {where_}: {text}", store.name)
                });
            }
            for secret in [
                "password-hash",
                "key-7",
                "key-8",
                "a2V5LTc6",
                "for-your-eyes",
            ] {
                // A page shows its message to whom it was left for.
                let shown = secret == "for-your-eyes" && *where_ == "an answer";
                promise.demand(
                    shown || !text.contains(secret),
                    "secrets found",
                    "a secret",
                    || format!("{}: {where_}: {text}", store.name),
                );
            }
        }
        let mut addresses = Run::default();
        behind_two_managers(&mut addresses, &world, store).await;
        for (where_, text) in &addresses.said {
            searched += text.len();
            promise.demand(
                !text.contains("-secret"),
                "secrets found",
                "a key of another manager's loader",
                || format!("{}: {where_}: {text}", store.name),
            );
        }
        secrets += run.secrets.len();
        searched += search_file(&mut promise, &run, store);
    }
    promise.judge(format_args!("{secrets} secrets, {searched} bytes searched"));
}
