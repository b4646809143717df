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
    extract::{
        FromRequestParts, OptionalFromRequestParts, State, rejection::JsonRejection,
        ws::WebSocketUpgrade,
    },
    http::{HeaderMap, Method, Request, Uri, request::Parts},
    response::{IntoResponse, Response, Sse, sse::Event},
    routing::{any, get},
};
use futures_util::stream;
use login_runtime::{
    CurrentUser, LoggedIn, LoginManager, LoginRequiredLayer, LoginSession, fresh_login_required,
    guarded, login_required, roles_accepted, roles_required,
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
            async fn body(_: Trap, _: Method, runs: State<Runs>, _: Bytes) {
                runs.note();
            }

            $(#[$guard])+
            async fn json(runs: State<Runs>, _: Trap, _: Json<Value>) {
                runs.note();
            }

            $(#[$guard])+
            async fn maybe_json(runs: State<Runs>, _: Trap, _: Option<Json<Value>>) {
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

            pub(super) fn guarded() -> guarded::Router<LoginManager<User>, Runs> {
                mount_all!(guarded::Router::new(), guarded)
            }

            pub(super) fn plain() -> Router<Runs> {
                use axum::routing;
                mount_all!(Router::new(), routing)
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

macro_rules! every {
    ($($handler:ident),+) => {
        const HANDLERS: &[&str] = &[$(stringify!($handler)),+];

        macro_rules! mount_all {
            ($router:expr, $routing:ident) => {
                mount!($router, $routing, $($handler),+)
            };
        }
    };
}

every!(
    nothing, state_last, body, json, maybe_json, maybe, whole, user, visitor, socket, events,
    future, fifteen
);

const GUARDS: [&str; 5] = ["login", "session", "fresh", "role", "several"];
const NESTS: [&str; 4] = ["", "/guarded", "/a/b", "/acme/c"];

behind!(login, #[login_required]);
behind!(session, #[login_required(user = User, via = "session")]);
behind!(fresh, #[fresh_login_required]);
behind!(role, #[roles_required("admin")]);
behind!(several, #[login_required] #[roles_accepted("a", "admin")] #[roles_required("admin")]);

#[login_required]
async fn guarded_count(runs: State<Runs>) {
    runs.note();
}

async fn counted(State(runs): State<Runs>) {
    runs.note();
}

/// Handlers without a guard of their own, behind a layer; and services.
fn layered(runs: &Runs) -> Router<Runs> {
    let services = Router::new().fallback(counted).with_state(runs.clone());
    let behind = |layer: LoginRequiredLayer| {
        Router::new()
            .route("/any", any(counted))
            .route("/get", get(counted).post(counted).options(counted))
            .nest_service("/service", services.clone())
            .route_layer(layer)
    };
    let role = LoginRequiredLayer::new().roles_required(["admin"]);
    Router::new()
        .nest("/layer/login", behind(LoginRequiredLayer::new()))
        .nest("/layer/fresh", behind(LoginRequiredLayer::new().fresh()))
        .nest("/layer/role", behind(role))
}

pub(super) fn application(world: &World, runs: &Runs) -> (Router, Vec<String>) {
    let services = Router::new().fallback(counted).with_state(runs.clone());
    let guarded = guarded::Router::new()
        .nest("/login", login::guarded())
        .nest("/session", session::guarded())
        .nest("/fresh", fresh::guarded())
        .nest("/role", role::guarded())
        .nest("/several", several::guarded())
        .fallback(guarded_count)
        .method_not_allowed_fallback(guarded_count)
        .nest_service("/files", guarded::protected(services));
    let plain = || {
        Router::new()
            .nest("/login", login::plain())
            .nest("/session", session::plain())
            .nest("/fresh", fresh::plain())
            .nest("/role", role::plain())
            .nest("/several", several::plain())
            .merge(layered(runs))
    };
    let app = Router::new()
        .merge(plain())
        .nest("/a/b", plain())
        .nest("/{tenant}/c", plain())
        .layer(world.manager.layer())
        .nest("/guarded", guarded.with_login(&world.manager))
        .with_state(runs.clone());
    let mut paths = vec![
        "/guarded/files/x".to_owned(),
        "/guarded/no/such/page".to_owned(),
    ];
    for nest in NESTS {
        for guard in GUARDS {
            for handler in HANDLERS {
                paths.push(format!("{nest}/{guard}/any/{handler}"));
                paths.push(format!("{nest}/{guard}/each/{handler}"));
            }
        }
        for guard in ["login", "fresh", "role"] {
            for path in ["any", "get", "service/a/b"] {
                paths.push(format!("{nest}/layer/{guard}/{path}"));
            }
        }
    }
    paths.retain(|path| !path.starts_with("/guarded/layer/"));
    (app, paths)
}
