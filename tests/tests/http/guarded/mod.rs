//! The guarded router: what it routes, what its table says, and that both agree.

mod table;

use axum::{
    Json,
    body::Body,
    extract::{Path, State},
    http::{HeaderValue, Method, Request, Response, header::ORIGIN},
    routing::MethodFilter,
};
use login_runtime::LoginManager;
use login_runtime::{
    LoginRequiredLayer, fresh_login_required,
    guard::Fresh,
    guarded::{
        self, AccessTable, MethodRouter, Router, any, connect, delete, get, head, on, options,
        patch, post, protected, protected_by, put, trace,
    },
    login_required, permissions_accepted, permissions_required, public, roles_accepted,
    roles_required,
    testing::TestClient,
};
use serde_json::{Value, json};
use tower::{ServiceBuilder, service_fn};

use crate::staff::{ADMIN, PLAIN, Role, User, log_in, manager};

type Users = LoginManager<User>;

#[public]
async fn home() -> &'static str {
    "home"
}

#[login_required]
async fn page(method: Method) -> String {
    method.to_string()
}

#[fresh_login_required(within = "10m")]
async fn settings() {}

#[fresh_login_required]
async fn password() {}

#[roles_required(Role::Admin, "owner")]
#[permissions_accepted("orders:read", "orders:write")]
#[login_required(via = "session", user = User)]
async fn orders(Path(_): Path<u32>) {}

#[roles_accepted("admin", "owner")]
#[permissions_required("orders:write")]
async fn write(State(_): State<u32>, Json(_): Json<Value>) {}

const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT",
];

/// Sends a request that may use its cookies whatever the method: `CONNECT` could be a WebSocket.
async fn send(client: &mut TestClient, method: &str, path: &str) -> (u16, String) {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    client.header(ORIGIN, "https://app.example");
    client.header(axum::http::header::HOST, "app.example");
    let answer = client.send(method, path, Body::empty(), None).await;
    (answer.status(), answer.text())
}

/// The statuses of all methods for one path.
async fn statuses(client: &mut TestClient, path: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    for method in METHODS {
        statuses.push(send(client, method, path).await.0);
    }
    statuses
}

fn one_route(methods: MethodRouter<Users>) -> (AccessTable, Router<Users>) {
    let router = Router::new().route("/", methods);
    (router.access_table(), router)
}

fn methods_of(table: &AccessTable) -> Vec<&str> {
    table.iter().map(|row| &*row.method).collect()
}

#[tokio::test]
async fn every_method_function_routes_its_method_behind_the_guard() {
    let functions: [(&str, MethodRouter<Users>); 9] = [
        ("GET", get(page)),
        ("POST", post(page)),
        ("PUT", put(page)),
        ("PATCH", patch(page)),
        ("DELETE", delete(page)),
        ("HEAD", head(page)),
        ("OPTIONS", options(page)),
        ("TRACE", trace(page)),
        ("CONNECT", connect(page)),
    ];
    let manager = manager();
    for (method, route) in functions {
        let (table, router) = one_route(route);
        assert_eq!(methods_of(&table), [method]);
        let mut client = TestClient::new(router.with_login(&manager));
        let refused = if method == "OPTIONS" { 200 } else { 401 };
        assert_eq!(send(&mut client, method, "/").await.0, refused);
        log_in(&mut client, &manager, PLAIN).await;
        let (status, text) = send(&mut client, method, "/").await;
        let bodiless = method == "HEAD" || method == "CONNECT";
        assert!(status == 200 && (bodiless || text == method), "{method}");
        let mut others = statuses(&mut client, "/").await;
        others.retain(|status| *status != 405);
        let answered = if method == "GET" { 2 } else { 1 };
        assert_eq!(others.len(), answered, "{method}: GET answers HEAD as well");
    }
}

#[tokio::test]
async fn chains_keep_every_methods_own_access() {
    let chain: MethodRouter<Users> = get(home)
        .post(page)
        .put(page)
        .patch(page)
        .delete(page)
        .head(page)
        .options(page)
        .trace(page)
        .connect(page);
    let (table, router) = one_route(chain);
    let mut expected = METHODS;
    expected.sort_unstable();
    assert_eq!(methods_of(&table), expected);
    for row in &table {
        assert_eq!(row.access.is_public(), row.method == "GET");
    }
    let manager = manager();
    let mut client = TestClient::new(router.with_login(&manager));
    let anonymous = [200, 401, 401, 401, 401, 401, 200, 401, 401];
    assert_eq!(statuses(&mut client, "/").await, anonymous);
    log_in(&mut client, &manager, PLAIN).await;
    assert_eq!(statuses(&mut client, "/").await, [200; 9]);
}

#[tokio::test]
async fn any_and_on_and_the_fallback_of_a_path() {
    let manager = manager();
    let some = MethodFilter::GET.or(MethodFilter::DELETE);
    let router = Router::new()
        .route("/any", any(page))
        .route("/on", on(some, page).on(MethodFilter::PUT, home))
        .route("/rest", get(home).fallback(page))
        .route("/new", MethodRouter::new().get(home));
    assert_eq!(
        format!("{:#}", router.access_table()),
        "*       /any   login\n\
         GET     /new   public\n\
         DELETE  /on    login\n\
         GET     /on    login\n\
         PUT     /on    public\n\
         *       /rest  login\n\
         GET     /rest  public\n",
    );
    let mut client = TestClient::new(router.with_login(&manager));
    let refused = [401, 401, 401, 401, 401, 401, 200, 401, 401];
    assert_eq!(statuses(&mut client, "/any").await, refused);
    let on = [401, 405, 200, 405, 401, 401, 405, 405, 405];
    assert_eq!(statuses(&mut client, "/on").await, on);
    let rest = [200, 401, 401, 401, 401, 200, 200, 401, 401];
    assert_eq!(statuses(&mut client, "/rest").await, rest);
    log_in(&mut client, &manager, PLAIN).await;
    assert_eq!(statuses(&mut client, "/any").await, [200; 9]);
    assert_eq!(statuses(&mut client, "/rest").await, [200; 9]);
}

/// A shop with every way of putting routers together.
async fn serve(request: Request<Body>) -> Result<Response<Body>, std::convert::Infallible> {
    Ok(Response::new(Body::from(request.uri().path().to_owned())))
}

#[tokio::test]
async fn services_are_protected_or_public_by_name() {
    let manager = manager();
    let editors = LoginRequiredLayer::new().roles_accepted([Role::Admin]);
    let fresh = LoginRequiredLayer::new()
        .user::<User>()
        .fresh_within(std::time::Duration::from_mins(1));
    let router = Router::new()
        .route_service("/one", protected(service_fn(serve)))
        .nest_service("/files", protected(service_fn(serve)))
        .nest_service("/assets", guarded::public(service_fn(serve)))
        .nest_service("/editors", protected_by(editors, service_fn(serve)))
        .nest(
            "/deep",
            Router::new().nest_service("/fresh", protected_by(fresh, service_fn(serve))),
        );
    assert_eq!(
        format!("{:#}", router.access_table()),
        "*  /assets/{*rest}      public\n\
         *  /deep/fresh/{*rest}  fresh login within 60s of User\n\
         *  /editors/{*rest}     login, role admin\n\
         *  /files/{*rest}       login\n\
         *  /one                 login\n",
    );
    let mut client = TestClient::new(router.with_login(&manager));
    let paths = [
        "/one",
        "/files",
        "/files/",
        "/files/a/b",
        "/assets/a",
        "/editors/a",
        "/deep/fresh/a",
    ];
    let mut statuses = Vec::new();
    for id in [None, Some(PLAIN), Some(ADMIN)] {
        if let Some(id) = id {
            log_in(&mut client, &manager, id).await;
        }
        for path in paths {
            statuses.push(client.get(path).await.status());
        }
    }
    assert_eq!(
        statuses,
        [
            401, 401, 401, 401, 200, 401, 401, // anonymous
            200, 200, 200, 200, 200, 403, 200, // without a role
            200, 200, 200, 200, 200, 200, 200, // admin
        ],
    );
    assert_eq!(client.get("/files/a/b").await.text(), "/a/b");
}

#[tokio::test]
async fn layers_stand_around_the_guards_and_inside_the_login() {
    let mark = |name: &'static str| {
        ServiceBuilder::new().map_response(move |mut response: Response<Body>| {
            let value = HeaderValue::from_static(name);
            response.headers_mut().append("x-mark", value);
            response
        })
    };
    let manager = manager();
    let marked: MethodRouter<Users> = get(page).layer(mark("method"));
    let route_marked: MethodRouter<Users> = get(page).route_layer(mark("method route"));
    let router = Router::new()
        .route("/method", marked)
        .route("/method-route", route_marked)
        .route_layer(mark("route"))
        .layer(mark("all"))
        .route("/later", get(page));
    let mut client = TestClient::new(router.with_login(&manager));
    for (path, expected) in [
        ("/method", &["method", "route", "all"][..]),
        ("/method-route", &["method route", "route", "all"]),
        ("/later", &[]),
        ("/none", &["all"]),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status(), if path == "/none" { 404 } else { 401 });
        let marks: Vec<_> = answer.headers().get_all("x-mark").iter().collect();
        assert_eq!(marks, expected, "{path}");
    }
}

#[tokio::test]
async fn state_may_come_before_or_after_the_login() {
    #[public]
    async fn number(State(number): State<u32>) -> String {
        number.to_string()
    }
    let manager = manager();
    let before = Router::new().route("/", get(number)).with_state(7);
    let mut client = TestClient::new(before.with_login(&manager));
    assert_eq!(client.get("/").await.text(), "7");
    let after: Router<Users, u32> = Router::default().route("/", get(number));
    let after: axum::Router = after.clone().with_login(&manager).with_state(8);
    let mut client = TestClient::new(after);
    assert_eq!(client.get("/").await.text(), "8");
}
