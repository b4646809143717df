//! P22: on the guarded router no combinator turns a guarded handler into an open one.

use std::{
    convert::Infallible,
    marker::PhantomData,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    body::Body,
    extract::{Request, State},
    handler::Handler,
    http::Method,
    response::Response,
};
use login_runtime::{
    CurrentUser, LoggedIn, LoginManager, LoginRequiredLayer, LoginSession,
    guard::{Guard, LoginRequired, Public},
    guarded::{self, MethodRouter, Router},
    login_required, roles_required,
};
use tower::{ServiceBuilder, service_fn};

use crate::{
    promise::Promise,
    stores::every_store,
    users::{ADMIN, User},
    world::{World, send},
};

/// Whether a type is a guard. An inherent constant is found before one of a trait, so that this
/// compiles either way.
struct IsGuard<T>(PhantomData<T>);

trait Otherwise {
    const YES: bool = false;
}

impl<T> Otherwise for IsGuard<T> {}

impl<T: Guard> IsGuard<T> {
    const YES: bool = true;
}

macro_rules! guards {
    ($($ty:ty),* $(,)?) => {
        [$((stringify!($ty), IsGuard::<$ty>::YES)),*]
    };
}

/// The lists of arguments by which combinators call what is inside of them: axum-extra's `or` hands
/// each side's list over as one argument, and the second side runs where the first refuses.
const NO_GUARDS: &[(&str, bool)] = &guards![
    (LoginRequired,),
    (LoginRequired, State<u32>),
    (LoginRequired, LoginRequired),
    (Public,),
    (Public, LoginRequired),
    ((LoginRequired,),),
    Option<LoginRequired>,
    Result<LoginRequired, Response>,
    Result<LoginRequired, Infallible>,
    Box<LoginRequired>,
    Arc<LoginRequired>,
    &'static LoginRequired,
    [LoginRequired; 1],
    (),
    LoggedIn<User>,
    Option<LoggedIn<User>>,
    CurrentUser<User>,
    LoginSession<User>,
    LoginManager<User>,
    State<LoginRequired>,
    axum::Extension<LoginRequired>,
    Method,
    Request,
];

/// How often a handler ran.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn note(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn take(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

#[login_required]
async fn page(State(runs): State<Runs>) {
    runs.note();
}

#[roles_required("admin")]
#[login_required]
async fn stacked(State(runs): State<Runs>) {
    runs.note();
}

type Managers = LoginManager<User>;

/// Everything that the guarded router takes a handler from.
fn combined(runs: &Runs) -> (Router<Managers, Runs>, Vec<&'static str>) {
    let nothing = || ServiceBuilder::new().map_request(|request: Request| request);
    let counting = {
        let runs = runs.clone();
        move || {
            let runs = runs.clone();
            service_fn(move |_: Request| {
                let runs = runs.clone();
                async move {
                    runs.note();
                    Ok::<_, Infallible>(Response::new(Body::empty()))
                }
            })
        }
    };
    let layered: MethodRouter<Managers, Runs> = guarded::get(page).layer(nothing());
    let route_layered: MethodRouter<Managers, Runs> = guarded::get(stacked).route_layer(nothing());
    let router = Router::new()
        .route("/plain", guarded::get(page))
        .route("/stacked", guarded::any(stacked))
        // The layers of a handler are around its guard, and do not take its place.
        .route(
            "/handler-layer",
            guarded::get(Handler::<_, Runs>::layer(page, nothing())),
        )
        .route(
            "/handler-layers",
            guarded::any(Handler::<_, Runs>::layer(
                Handler::<_, Runs>::layer(stacked, nothing()),
                nothing(),
            )),
        )
        .route("/layer", layered)
        .route("/route-layer", route_layered)
        .route_service("/service", guarded::protected(counting()))
        .route_service(
            "/service-by",
            guarded::protected_by(
                LoginRequiredLayer::new().roles_required(["admin"]),
                counting(),
            ),
        )
        .nest_service("/tree", guarded::protected(counting()))
        .nest(
            "/nest",
            Router::new()
                .route("/page", guarded::get(page))
                .fallback(stacked),
        )
        .merge(Router::new().route("/merged", guarded::post(page).get(stacked)))
        .fallback(page)
        .method_not_allowed_fallback(page);
    let paths = vec![
        "/plain",
        "/stacked",
        "/handler-layer",
        "/handler-layers",
        "/layer",
        "/route-layer",
        "/service",
        "/service-by",
        "/tree",
        "/tree/a",
        "/nest/page",
        "/nest/none",
        "/merged",
        "/none",
    ];
    (router, paths)
}

#[tokio::test]
async fn p22_no_route_is_open_by_accident() {
    let mut promise = Promise::new(
        "P22 no route is open by accident",
        ["types that pass for a guard", "handler runs"],
    );
    for (name, is_guard) in NO_GUARDS {
        let why = if name.starts_with('(') {
            "a bare tuple"
        } else {
            "no guard"
        };
        promise.demand(!is_guard, "types that pass for a guard", why, || {
            format!("`{name}` is a `Guard`")
        });
    }
    let real = guards![LoginRequired, Public];
    assert!(real.iter().all(|(_, is_guard)| *is_guard), "{real:?}");

    let (mut asked, stores) = (0, every_store().await);
    for store in &stores {
        let world = World::new(store);
        let runs = Runs::default();
        let (router, paths) = combined(&runs);
        let public = router
            .access_table()
            .iter()
            .filter(|row| row.access.is_public())
            .count();
        promise.demand(
            public == 0,
            "handler runs",
            "the table says `public`",
            || router.access_table().to_string(),
        );
        let app: axum::Router = router.with_login(&world.manager).with_state(runs.clone());
        let methods = [
            "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT",
        ];
        for path in &paths {
            for method in methods {
                asked += 1;
                let method = Method::from_bytes(method.as_bytes()).expect("a method");
                let answer = send(&app, world.browser().request(method.clone(), path)).await;
                let ran = runs.take();
                promise.demand(ran == 0, "handler runs", "a combinator", || {
                    format!("{}: {method} {path}: {}", store.name, answer.status)
                });
            }
        }
        // Each of them runs for somebody who may.
        let admin = world.logged_in(ADMIN, false).await;
        for path in &paths {
            let answer = send(&app, admin.request(Method::GET, path)).await;
            assert_eq!((answer.status, runs.take()), (200, 1), "{path}");
        }
    }
    promise.judge(format_args!(
        "{} types, {asked} requests to every combinator on {} stores",
        NO_GUARDS.len(),
        stores.len()
    ));
}
