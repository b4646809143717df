//! That no handler runs for the anonymous, however it is guarded and however it is asked.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::{
        FromRequestParts, OptionalFromRequestParts, State, rejection::JsonRejection,
        ws::WebSocketUpgrade,
    },
    http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Uri, request::Parts},
    response::{IntoResponse, Response, Sse, sse::Event},
    routing::{any, get},
};
use futures_util::stream;
use login_runtime::{
    CurrentUser, LoggedIn, LoginRequiredLayer, LoginSession, fresh_login_required, guarded,
    login_required, permissions_accepted, roles_required,
};
use serde_json::Value;
use tower::ServiceExt;

use crate::staff::{ADMIN, User, manager};

/// How often something behind a guard ran.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn note(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// An extractor that counts as a run, and never is there.
struct Trap;

impl FromRequestParts<Runs> for Trap {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, runs: &Runs) -> Result<Self, Infallible> {
        runs.note();
        Ok(Self)
    }
}

impl OptionalFromRequestParts<Runs> for Trap {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, runs: &Runs) -> Result<Option<Self>, Infallible> {
        runs.note();
        Ok(None)
    }
}

/// The same handlers behind another guard each time.
macro_rules! behind {
    ($module:ident, $(#[$guard:meta])+) => {
        mod $module {
            use super::*;

            $(#[$guard])+
            async fn nothing(runs: State<Runs>) {
                runs.note();
            }

            $(#[$guard])+
            async fn state_last(_: Trap, _: Method, runs: State<Runs>) {
                runs.note();
            }

            $(#[$guard])+
            async fn body(runs: State<Runs>, _: Bytes) {
                runs.note();
            }

            $(#[$guard])+
            async fn json(runs: State<Runs>, _: Trap, _: Json<Value>) {
                runs.note();
            }

            $(#[$guard])+
            async fn maybe(_: Option<Trap>, runs: State<Runs>, _: Result<Json<Value>, JsonRejection>) {
                runs.note();
            }

            $(#[$guard])+
            async fn whole(runs: State<Runs>, _: Request<Body>) {
                runs.note();
            }

            $(#[$guard])+
            async fn user(_: LoggedIn<User>, _: LoginSession<User>, runs: State<Runs>) {
                runs.note();
            }

            $(#[$guard])+
            async fn visitor(runs: State<Runs>, _: Option<LoggedIn<User>>, _: CurrentUser<User>) {
                runs.note();
            }

            $(#[$guard])+
            async fn websocket(runs: State<Runs>, upgrade: WebSocketUpgrade) -> Response {
                runs.note();
                upgrade.on_upgrade(|_| async {})
            }

            $(#[$guard])+
            async fn events(runs: State<Runs>) -> impl IntoResponse {
                runs.note();
                Sse::new(stream::iter([Ok::<_, Infallible>(Event::default())]))
            }

            $(#[$guard])+
            fn future(runs: State<Runs>) -> impl Future<Output = ()> + Send {
                async move { runs.note() }
            }

            $(#[$guard])+
            #[allow(clippy::too_many_arguments)]
            async fn fifteen(
                _: Trap, _: Trap, _: Trap, _: Trap, _: Trap, _: Trap, _: Trap, _: Trap, _: Trap,
                _: Trap, _: Trap, _: HeaderMap, _: Uri, runs: State<Runs>, _: Bytes,
            ) {
                runs.note();
            }

            pub(super) fn handlers() -> guarded::Router<Manager, Runs> {
                let router = guarded::Router::new();
                mount!(router, nothing, state_last, body, json, maybe, whole, user, visitor,
                    websocket, events, future, fifteen)
            }
        }
    };
}

/// Every handler under `any` and under each method by itself.
macro_rules! mount {
    ($router:ident, $($handler:ident),+) => {
        $router$(
            .route(concat!("/any/", stringify!($handler)), guarded::any($handler))
            .route(
                concat!("/each/", stringify!($handler)),
                guarded::get($handler)
                    .post($handler)
                    .put($handler)
                    .patch($handler)
                    .delete($handler)
                    .head($handler)
                    .options($handler)
                    .trace($handler)
                    .connect($handler),
            )
        )+
    };
}

type Manager = login_runtime::LoginManager<User>;

behind!(login, #[login_required]);
behind!(named, #[login_required(user = User, via = "session")]);
behind!(fresh, #[fresh_login_required(within = "10m")]);
behind!(role, #[roles_required("admin")]);
behind!(several, #[login_required] #[permissions_accepted("a", "b")] #[roles_required("admin")]);

fn guards() -> guarded::Router<Manager, Runs> {
    guarded::Router::new()
        .nest("/login", login::handlers())
        .nest("/named", named::handlers())
        .nest("/fresh", fresh::handlers())
        .nest("/role", role::handlers())
        .nest("/several", several::handlers())
}

#[login_required]
async fn guarded_count(runs: State<Runs>) {
    runs.note();
}

async fn counted(State(runs): State<Runs>) {
    runs.note();
}

/// Handlers without a guard of their own, behind a layer; and services.
fn layered(runs: &Runs) -> Router<Runs> {
    let service = || Router::new().fallback(counted).with_state(runs.clone());
    let behind = |layer: LoginRequiredLayer| {
        Router::new()
            .route("/any", any(counted))
            .route("/each", get(counted).post(counted).options(counted))
            .nest_service("/service", service())
            .route_layer(layer)
    };
    Router::new()
        .nest("/layer/login", behind(LoginRequiredLayer::new()))
        .nest("/layer/fresh", behind(LoginRequiredLayer::new().fresh()))
        .nest(
            "/layer/role",
            behind(LoginRequiredLayer::new().roles_required(["admin"])),
        )
}

const LAYERED: [&str; 3] = ["/any", "/each", "/service/a/b"];
const DEPTHS: [&str; 4] = ["", "/a", "/a/b", "/{tenant}/c"];

/// One application with all of it at several depths, and the paths.
fn everything(manager: &Manager, runs: &Runs) -> (Router, Vec<String>) {
    let mut router = guarded::Router::new();
    for depth in DEPTHS {
        router = match depth {
            "" => router.merge(guards()),
            _ => router.nest(depth, guards()),
        };
    }
    router = router
        .fallback(guarded_count)
        .method_not_allowed_fallback(guarded_count);
    let table = router.access_table();
    let mut paths: Vec<String> = table.iter().map(|row| row.path.clone()).collect();
    let services = Router::new().fallback(counted).with_state(runs.clone());
    let router = router
        .nest_service("/files", guarded::protected(services))
        .with_login(manager);
    let layered = DEPTHS
        .iter()
        .fold(Router::new(), |all, depth| match *depth {
            "" => all.merge(layered(runs)),
            depth => all.nest(depth, layered(runs)),
        });
    for depth in DEPTHS {
        for guard in ["login", "fresh", "role"] {
            paths.extend(LAYERED.map(|path| format!("{depth}/layer/{guard}{path}")));
        }
    }
    paths.extend(["/files/x".to_owned(), "/no/such/page".to_owned()]);
    paths.retain(|path| !path.contains("fallback") && !path.contains('('));
    paths.dedup();
    for path in &mut paths {
        *path = path.replace("{tenant}", "acme");
    }
    let layered = layered.layer(manager.layer());
    (router.merge(layered).with_state(runs.clone()), paths)
}

const METHODS: [&str; 10] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PURGE",
];

/// What a request may look like beside its method and path.
fn kinds() -> Vec<Vec<(&'static str, &'static str)>> {
    vec![
        vec![],
        vec![
            ("accept", "application/json"),
            ("content-type", "application/json"),
        ],
        vec![("accept", "text/event-stream"), ("last-event-id", "7")],
        vec![
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ],
        vec![(
            "cookie",
            "__Host-login_session=forged; __Host-login_remember=forged",
        )],
        vec![
            ("x-api-key", "not a number"),
            ("x-http-method-override", "GET"),
        ],
    ]
}

fn request(method: &str, path: &str, headers: &[(&'static str, &'static str)]) -> Request<Body> {
    let mut request = Request::new(Body::from("{}"));
    *request.method_mut() = Method::from_bytes(method.as_bytes()).expect("a method");
    *request.uri_mut() = path.parse().expect("a path");
    for (name, value) in headers {
        let name = HeaderName::from_static(name);
        request
            .headers_mut()
            .append(name, HeaderValue::from_static(value));
    }
    request
}

#[tokio::test]
async fn p18_no_handler_runs_while_anonymous() {
    let (manager, runs) = (manager(), Runs::default());
    let (app, paths) = everything(&manager, &runs);
    let mut sent = 0;
    for path in &paths {
        for method in METHODS {
            for kind in kinds() {
                let answer = app.clone().oneshot(request(method, path, &kind)).await;
                let status = answer.expect("an answer").status().as_u16();
                let has = |name| kind.iter().any(|(it, _)| *it == name);
                // A WebSocket that says not where it comes from is told that, unless it comes by a key.
                let is_socket = (method == "CONNECT" || has("upgrade")) && !has("x-api-key");
                let expected = match method {
                    "OPTIONS" => status == 200,
                    _ if is_socket => status == 403 || status == 405,
                    _ => status == 401 || status == 405,
                };
                assert!(expected, "{method} {path} {kind:?}: {status}");
                sent += 1;
            }
        }
    }
    let ran = runs.count();
    println!(
        "P18: {sent} anonymous requests to {} paths, {ran} handler runs",
        paths.len()
    );
    assert_eq!(ran, 0);
    assert!(sent > 10_000 && paths.len() > 200);

    // The same requests do run handlers, once somebody may: the test can fail.
    let login = manager.test_login(&crate::staff::user(ADMIN)).await;
    let cookie = login.expect("a login").header();
    let mut served = 0;
    for path in &paths {
        let mut request = request("POST", path, &[("content-type", "application/json")]);
        let headers = request.headers_mut();
        headers.insert("cookie", HeaderValue::try_from(&cookie).expect("a header"));
        headers.insert(
            "user-agent",
            HeaderValue::from_static("login-runtime test client"),
        );
        app.clone().oneshot(request).await.expect("an answer");
        served += usize::from(runs.0.swap(0, Ordering::Relaxed) > 0);
    }
    println!(
        "P18: logged in, {served} of {} paths run something",
        paths.len()
    );
    assert!(served * 2 > paths.len());
}
