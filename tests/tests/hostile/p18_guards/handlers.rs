//! Handlers of every kind that count how often they ran, behind every guard.

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
    extract::{FromRequestParts, State, ws::WebSocketUpgrade},
    http::{Method, Request, request::Parts},
    response::{IntoResponse, Response, Sse, sse::Event},
    routing::{any, get},
};
use futures_util::stream;
use login_runtime::{
    CurrentUser, LoggedIn, LoginManager, LoginRequiredLayer, LoginSession, fresh_login_required,
    guarded, login_required, roles_required,
};
use serde_json::Value;

use crate::{users::User, world::World};

/// How often something behind a guard ran.
#[derive(Clone, Default)]
pub(super) struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn note(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// An extractor that counts as a run.
struct Trap;

impl FromRequestParts<Runs> for Trap {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, runs: &Runs) -> Result<Self, Infallible> {
        runs.note();
        Ok(Self)
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
            async fn trap(_: Trap, _: Method, runs: State<Runs>, _: Bytes) {
                runs.note();
            }

            $(#[$guard])+
            async fn json(runs: State<Runs>, _: Trap, _: Option<Json<Value>>) {
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
            async fn visitor(_: CurrentUser<User>, _: Option<LoggedIn<User>>, runs: State<Runs>) {
                runs.note();
            }

            $(#[$guard])+
            async fn socket(runs: State<Runs>, upgrade: WebSocketUpgrade) -> Response {
                runs.note();
                upgrade.on_upgrade(|_| async {})
            }

            $(#[$guard])+
            async fn events(runs: State<Runs>) -> impl IntoResponse {
                runs.note();
                Sse::new(stream::iter([Ok::<_, Infallible>(Event::default())]))
            }

            pub(super) fn guarded() -> guarded::Router<LoginManager<User>, Runs> {
                mount!(guarded::Router::new(), guarded, nothing, trap, json, whole, user, visitor, socket, events)
            }

            pub(super) fn plain() -> Router<Runs> {
                use axum::routing;
                mount!(Router::new(), routing, nothing, trap, json, whole, user, visitor, socket, events)
            }
        }
    };
}

/// Every handler under every method.
macro_rules! mount {
    ($router:expr, $routing:ident, $($handler:ident),+) => {
        $router$(
            .route(concat!("/any/", stringify!($handler)), $routing::any($handler))
            .route(
                concat!("/each/", stringify!($handler)),
                $routing::get($handler).post($handler).put($handler).patch($handler)
                    .delete($handler).head($handler).options($handler).trace($handler)
                    .connect($handler),
            )
        )+
    };
}

const HANDLERS: [&str; 8] = [
    "nothing", "trap", "json", "whole", "user", "visitor", "socket", "events",
];
const GUARDS: [&str; 4] = ["login", "session", "fresh", "role"];
const NESTS: [&str; 4] = ["", "/guarded", "/a/b", "/acme/c"];

behind!(login, #[login_required]);
behind!(session, #[login_required(user = User, via = "session")]);
behind!(fresh, #[fresh_login_required]);
behind!(role, #[roles_required("admin")]);

async fn counted(State(runs): State<Runs>) {
    runs.note();
}

pub(super) fn application(world: &World, runs: &Runs) -> (Router, Vec<String>) {
    let guarded = guarded::Router::new()
        .nest("/login", login::guarded())
        .nest("/session", session::guarded())
        .nest("/fresh", fresh::guarded())
        .nest("/role", role::guarded());
    let plain = || {
        Router::new()
            .nest("/login", login::plain())
            .nest("/session", session::plain())
            .nest("/fresh", fresh::plain())
            .nest("/role", role::plain())
    };
    let services = Router::new().fallback(counted).with_state(runs.clone());
    let layered = |layer: LoginRequiredLayer| {
        Router::new()
            .route("/any", any(counted))
            .route("/get", get(counted).post(counted).options(counted))
            .nest_service("/service", services.clone())
            .route_layer(layer)
    };
    let app = Router::new()
        .merge(plain())
        .nest("/a/b", plain())
        .nest("/{tenant}/c", plain())
        .nest("/layer/login", layered(LoginRequiredLayer::new()))
        .nest("/layer/fresh", layered(LoginRequiredLayer::new().fresh()))
        .nest(
            "/layer/role",
            layered(LoginRequiredLayer::new().roles_required(["admin"])),
        )
        .layer(world.manager.layer())
        .nest("/guarded", guarded.with_login(&world.manager))
        .with_state(runs.clone());
    let mut paths = Vec::new();
    for nest in NESTS {
        for guard in GUARDS {
            for handler in HANDLERS {
                paths.push(format!("{nest}/{guard}/any/{handler}"));
                paths.push(format!("{nest}/{guard}/each/{handler}"));
            }
        }
    }
    for guard in ["login", "fresh", "role"] {
        for path in ["any", "get", "service/a/b"] {
            paths.push(format!("/layer/{guard}/{path}"));
        }
    }
    (app, paths)
}
