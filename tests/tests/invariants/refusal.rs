//! The one place that says no: to whom, how, and with which way back.

use axum::{
    Router,
    body::Body,
    http::{Method, Uri},
    response::{IntoResponse, Response},
    routing::any,
};
use login_runtime::{
    CurrentUser, LoggedIn, LoginManager, LoginRequiredLayer, LoginView, Refusal, login_required,
    testing::{TestClient, TestResponse},
};
use login_tests::{Fault, FaultyStore};

use crate::{
    site::{Builder, Site, key, sets_cookies},
    users::{User, Users, load_by_key, load_user},
};

const KINDS: [(&str, &str, &str); 9] = [
    (
        "browser",
        "accept",
        "text/html,application/xhtml+xml,*/*;q=0.8",
    ),
    ("nothing", "accept", "*/*"),
    ("text", "accept", "text/plain"),
    ("unpoly", "x-up-version", "3.14.3"),
    ("both", "accept", "application/json, text/html"),
    ("json", "accept", "application/json"),
    ("problem", "accept", "Application/Problem+JSON"),
    ("xhr", "x-requested-with", "XMLHttpRequest"),
    ("htmx", "hx-request", "true"),
];

fn site(view: bool) -> Site {
    if view {
        return Site::new();
    }
    // A manager without the site's views.
    let mut site = Site::new();
    let manager = LoginManager::builder(load_user, FaultyStore::memory())
        .secret_key(key(1))
        .request_loader(load_by_key)
        .with_state::<()>(site.users.clone())
        .build()
        .unwrap();
    site.app = Router::new()
        .route("/dashboard", any(dashboard))
        .with_state(site.users.clone())
        .layer(manager.layer());
    site.manager = manager;
    site
}

#[login_required]
async fn dashboard(_: LoggedIn<User>) -> &'static str {
    panic!("a stranger got in")
}

async fn refused(client: &mut TestClient, method: &Method, header: (&str, &str)) -> TestResponse {
    client.header(header.0.parse().unwrap(), header.1);
    client
        .send(method.clone(), "/dashboard?a=1", Body::empty(), None)
        .await
}

#[tokio::test]
async fn every_client_is_refused_in_its_own_words() {
    for view in [true, false] {
        for (kind, name, value) in KINDS {
            for method in [
                Method::GET,
                Method::HEAD,
                Method::POST,
                Method::OPTIONS,
                Method::DELETE,
            ] {
                let at = format!("{method} by {kind}, login view: {view}");
                let mut client = site(view).client().program();
                let response = refused(&mut client, &method, (name, value)).await;
                if method == Method::OPTIONS {
                    assert_eq!((response.status(), &*response.text()), (200, ""), "{at}");
                    assert_eq!(sets_cookies(&response), [""; 0], "{at}");
                    continue;
                }
                let way = match (view, kind) {
                    (true, "htmx") => "hx-redirect",
                    (true, "browser" | "both" | "unpoly") => "location",
                    _ => "",
                };
                let json = way.is_empty() && !["browser", "text"].contains(&kind);
                assert_eq!(
                    response.status(),
                    if way == "location" { 303 } else { 401 },
                    "{at}"
                );
                let with_next = [Method::GET, Method::HEAD].contains(&method);
                let target = if with_next {
                    "/login?next=%2Fdashboard%3Fa%3D1"
                } else {
                    "/login"
                };
                for header in ["location", "hx-redirect"] {
                    let expected = if header == way { target } else { "" };
                    assert_eq!(response.header(header), expected, "{at}");
                }
                let flashed = sets_cookies(&response)
                    .iter()
                    .any(|it| it.starts_with("__Host-login_flash="));
                assert_eq!(flashed, !way.is_empty(), "{at}");
                let kind_of_body = response.header("content-type");
                assert_eq!(
                    kind_of_body == "application/problem+json",
                    json,
                    "{at}: {kind_of_body}"
                );
                if json && method != Method::HEAD {
                    let problem: serde_json::Value =
                        serde_json::from_str(&response.text()).unwrap();
                    assert_eq!(
                        (&problem["status"], &problem["title"]),
                        (&401.into(), &"Unauthorized".into())
                    );
                    let login = view.then_some(target);
                    assert_eq!(problem["login"].as_str(), login, "{at}");
                }
                // A browser that htmx sends to the login view has nothing to ask a password for.
                let challenge =
                    if response.status() == 401 && response.header("hx-redirect").is_empty() {
                        "Bearer realm=\"login\""
                    } else {
                        ""
                    };
                assert_eq!(response.header("www-authenticate"), challenge, "{at}");
                assert_eq!(
                    response.header("vary"),
                    "cookie, authorization, accept, x-requested-with, hx-request, x-up-version",
                    "{at}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_stale_login_is_sent_to_the_refresh_view() {
    let site = Site::new();
    let mut client = site.logged_in("fresh=false").await;
    let response = client.get("/fresh?a=1").await;
    assert_eq!(
        response.header("location"),
        "/confirm?next=%2Ffresh%3Fa%3D1"
    );
    assert_eq!(
        client.get("/messages").await.text(),
        "Please reauthenticate to access this page."
    );
    client.header("accept".parse().unwrap(), "application/json");
    let response = client.get("/fresh").await;
    assert_eq!(response.status(), 401);
    assert!(response.text().contains("enter your password again"));
    // Whoever comes by an API key has entered no password, and there is no login to refresh.
    let mut client = site.client().program();
    client.header("authorization".parse().unwrap(), "Bearer key-1");
    let response = client.get("/fresh").await;
    assert_eq!(response.status(), 401);
    assert!(
        response
            .text()
            .contains("\"login\":\"/login?next=%2Ffresh\"")
    );
}

fn handled(builder: Builder) -> Builder {
    builder
        .unauthorized_handler(
            async |method: Method, user: CurrentUser<User>, body: String| {
                format!("unauthorized {method} {} {body:?}", user.is_anonymous())
            },
        )
        .needs_refresh_handler(async |user: CurrentUser<User>| {
            format!("stale {}", user.user().map_or("nobody", |user| user.name))
        })
}

#[tokio::test]
async fn handlers_of_the_application_answer_with_the_parts_and_an_empty_body() {
    let site = Site::with(handled);
    let mut client = site.client();
    let response = client
        .send(Method::POST, "/dashboard", "a body".into(), None)
        .await;
    assert_eq!(
        (response.status(), &*response.text()),
        (200, "unauthorized POST true \"\"")
    );
    assert!(response.header("vary").contains("hx-request"));
    let mut client = site.logged_in("fresh=false").await;
    assert_eq!(client.get("/fresh").await.text(), "stale ada");
    assert_eq!(
        client.get("/fresh").await.header("cache-control"),
        "no-store"
    );
}

#[tokio::test]
async fn a_guarded_unauthorized_handler_is_a_500() {
    #[login_required]
    async fn guarded() {}
    for handler in [true, false] {
        let site = Site::with(|builder| match handler {
            true => builder.unauthorized_handler(guarded),
            false => builder.unauthorized_handler(async |_: LoggedIn<User>| ()),
        });
        assert_eq!(site.client().get("/dashboard").await.status(), 500);
    }
}

#[tokio::test]
async fn a_nested_router_has_its_own_views_and_keeps_the_whole_path() {
    let site = Site::with_routes(
        |builder| builder,
        |router| {
            let shop = Router::<Users>::new()
                .route("/orders", any(dashboard))
                .layer(LoginView::new("/shop/login").refresh_view("/shop/confirm"));
            router.nest("/shop", shop)
        },
    );
    let response = site.client().get("/shop/orders?a=b").await;
    assert_eq!(
        response.header("location"),
        "/shop/login?next=%2Fshop%2Forders%3Fa%3Db"
    );
    let response = site.client().get("/dashboard").await;
    assert_eq!(response.header("location"), "/login?next=%2Fdashboard");
}

#[tokio::test]
async fn messages_are_translated_and_can_be_switched_off() {
    let german = Site::with(|builder| {
        builder.localize_callback(|text, parts| format!("{}: {text}", parts.uri.path()))
    });
    let mut client = german.client();
    client.get("/dashboard").await;
    assert_eq!(
        client.get("/messages").await.text(),
        "/dashboard: Please log in to access this page."
    );
    let silent = Site::with(|builder| builder.login_message(""));
    assert_eq!(
        sets_cookies(&silent.client().get("/dashboard").await),
        [""; 0]
    );
}

/// Says why, and where a browser would be sent; leaves `/dashboard` as it would have been.
async fn explained(uri: Uri, refusal: Refusal) -> Response {
    if uri.path() == "/dashboard" {
        return refusal.default_response();
    }
    format!("{:?} {:?}", refusal.why(), refusal.login_view()).into_response()
}

#[tokio::test]
async fn a_handler_knows_the_refusal_and_can_leave_it_as_it_was() {
    let site = Site::with_routes(
        |builder| {
            builder
                .unauthorized_handler(explained)
                .needs_refresh_handler(explained)
                .forbidden_handler(explained)
        },
        |router| {
            let guarded = |layer: LoginRequiredLayer| any(async || "in").layer(layer);
            let new = LoginRequiredLayer::new;
            let shop = Router::<Users>::new()
                .route("/dashboard", any(dashboard))
                .route("/orders", any(dashboard))
                .layer(LoginView::new("/shop/login"));
            router
                .route("/api", guarded(new().via_request()))
                .route("/admin", guarded(new().roles_required(["admin"])))
                .nest("/shop", shop)
        },
    );
    let mut stranger = site.client();
    let mut stale = site.logged_in("fresh=false").await;
    let refused = stranger.get("/dashboard?a=1").await;
    assert_eq!(
        (refused.status(), refused.header("location")),
        (303, "/login?next=%2Fdashboard%3Fa%3D1")
    );
    assert_eq!(
        stranger.get("/messages").await.text(),
        "Please log in to access this page."
    );
    // The handler sees the path inside of the shop, as other handlers do.
    let refused = stranger.get("/shop/dashboard").await;
    assert_eq!(
        refused.header("location"),
        "/shop/login?next=%2Fshop%2Fdashboard"
    );
    let mut program = site.client().program();
    let refused = program.get("/dashboard").await;
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(
        stranger.get("/shop/orders").await.text(),
        "Unauthorized Some(\"/shop/login\")"
    );
    assert_eq!(stranger.get("/api").await.text(), "Unauthorized None");
    assert_eq!(
        stale.get("/fresh").await.text(),
        "NeedsRefresh Some(\"/confirm\")"
    );
    // Users of the site have no roles at all, so nobody gets as far as `Forbidden` here.
    assert_eq!(stale.get("/admin").await.status(), 500);
}

#[tokio::test]
async fn a_refusal_is_none_where_nothing_is_refused() {
    let site = Site::with_routes(
        |builder| builder,
        |router| router.route("/refusal", any(async |_: Refusal| "taken")),
    );
    assert_eq!(site.client().get("/refusal").await.status(), 500);
}

#[tokio::test]
async fn whether_a_key_is_a_users_is_not_guessed_where_it_cannot_be_asked() {
    let site = Site::with_routes(
        |builder| builder,
        |router| {
            let layer = LoginRequiredLayer::new().via_session();
            router.route("/session-only", any(async || "in").layer(layer))
        },
    );
    let mut by_key = site.client();
    by_key.header("authorization".parse().unwrap(), "Bearer key-1");
    site.users.fail_keys(Some(Fault::Error));
    assert_eq!(by_key.get("/session-only").await.status(), 503);
    // Nobody is asked on behalf of a request that carries none.
    assert_eq!(site.client().get("/session-only").await.status(), 303);
}

#[tokio::test]
async fn a_prefetched_page_leaves_no_message() {
    let site = Site::new();
    for (name, value) in [
        ("sec-purpose", "prefetch"),
        ("sec-purpose", "prefetch;prerender"),
        ("purpose", "Prefetch"),
        ("x-sec-purpose", "prefetch"),
    ] {
        let mut client = site.client();
        client.header(name.parse().unwrap(), value);
        let response = client.get("/dashboard").await;
        assert_eq!(
            (response.status(), sets_cookies(&response)),
            (303, Vec::new()),
            "{name}: {value}"
        );
    }
    let mut client = site.client();
    client.header("sec-purpose".parse().unwrap(), "something else");
    assert_eq!(sets_cookies(&client.get("/dashboard").await).len(), 1);
}
