//! Pages that refuse API keys, and APIs that refuse cookies.

use axum::http::HeaderName;
use login_runtime::{
    CurrentUser, LoggedIn, LoginManager, LoginRequiredLayer, UserMixin,
    guarded::{Router, get, protected_by},
    login_required, roles_required,
    testing::TestClient,
};
use login_tests::FaultyStore;

use crate::staff::{ADMIN, EDITOR, PLAIN, User, builder, builder_on, log_in, manager, user};

#[login_required(via = "session")]
async fn page(user: CurrentUser<User>) -> String {
    user.get_id().unwrap_or_default()
}

#[login_required(via = "request")]
async fn api(user: CurrentUser<User>) -> String {
    user.get_id().unwrap_or_default()
}

#[login_required]
async fn whatever(user: CurrentUser<User>) -> String {
    user.get_id().unwrap_or_default()
}

#[login_required(via = "session")]
async fn logged_in_page(user: LoggedIn<User>) -> String {
    user.get_id()
}

#[login_required(via = "request")]
async fn logged_in_api(user: LoggedIn<User>) -> String {
    user.get_id()
}

#[login_required(via = "request")]
#[roles_required("admin")]
async fn admins_api(user: CurrentUser<User>) -> String {
    user.get_id().unwrap_or_default()
}

#[roles_required("desk_editor", user = User)]
#[login_required(via = "request", user = User)]
async fn named() {}

const KEY: HeaderName = HeaderName::from_static("x-api-key");

fn app(manager: &LoginManager<User>) -> TestClient {
    let inner = || axum::Router::new().fallback(async || "served");
    let by_session = LoginRequiredLayer::new().via_session();
    let by_request = LoginRequiredLayer::new().via_request();
    let routes = Router::new()
        .route("/page", get(page))
        .route("/api", get(api))
        .route("/whatever", get(whatever))
        .route("/admins-api", get(admins_api))
        .route("/named", get(named))
        .route("/logged-in-page", get(logged_in_page))
        .route("/logged-in-api", get(logged_in_api))
        .nest_service("/pages", protected_by(by_session, inner()))
        .nest_service("/apis", protected_by(by_request, inner()));
    TestClient::new(routes.with_login(manager))
}

async fn expect(client: &mut TestClient, expected: &[(&str, u16, &str)]) {
    for (path, status, text) in expected {
        let answer = client.get(path).await;
        assert_eq!(answer.status(), *status, "{path}");
        if *status == 200 {
            assert_eq!(answer.text(), *text, "{path}");
        }
    }
}

#[tokio::test]
async fn each_way_in_opens_its_own_doors() {
    let manager = manager();
    let mut client = app(&manager);
    let closed = |path| (path, 401, "");
    let paths = [
        "/page",
        "/api",
        "/whatever",
        "/admins-api",
        "/named",
        "/pages/a",
        "/apis/a",
    ];
    expect(&mut client, &paths.map(closed)).await;

    log_in(&mut client, &manager, PLAIN).await;
    let by_cookie = [
        ("/page", 200, "1"),
        ("/api", 401, ""),
        ("/whatever", 200, "1"),
        ("/admins-api", 401, ""),
        ("/named", 401, ""),
        ("/pages/a", 200, "served"),
        ("/apis/a", 401, ""),
    ];
    expect(&mut client, &by_cookie).await;

    let mut client = app(&manager);
    client.header(KEY, &EDITOR.to_string());
    let by_key = [
        ("/page", 401, ""),
        ("/api", 200, "2"),
        ("/whatever", 200, "2"),
        ("/admins-api", 403, ""),
        ("/named", 200, ""),
        ("/pages/a", 401, ""),
        ("/apis/a", 200, "served"),
    ];
    expect(&mut client, &by_key).await;
    client.header(KEY, &ADMIN.to_string());
    expect(&mut client, &[("/admins-api", 200, "3")]).await;
}

#[tokio::test]
async fn with_both_at_once_the_guard_says_who_is_asking() {
    let manager = manager();
    let mut client = app(&manager);
    log_in(&mut client, &manager, PLAIN).await;
    client.header(KEY, &EDITOR.to_string());
    let both = [
        ("/page", 200, "1"),
        ("/api", 200, "2"),
        ("/whatever", 200, "1"),
        // The role is asked of the key's user, not of the cookie's.
        ("/admins-api", 403, ""),
        ("/named", 200, ""),
        ("/pages/a", 200, "served"),
        ("/apis/a", 200, "served"),
        // What a guard has found is what an extractor behind it finds, the shorter way.
        ("/logged-in-page", 200, "1"),
        ("/logged-in-api", 200, "2"),
    ];
    expect(&mut client, &both).await;
}

#[tokio::test]
async fn a_remembered_login_counts_as_a_session() {
    let manager = builder().build().expect("settings that agree");
    let mut client = app(&manager);
    let login = manager.test_login(&user(PLAIN)).remember(true).await;
    client.add(&login.expect("a login"));
    client.cookies().remove("_session");
    expect(&mut client, &[("/page", 200, "1")]).await;
    client.cookies().remove("_session");
    expect(&mut client, &[("/api", 401, "")]).await;
}

#[tokio::test]
async fn an_api_that_refuses_cookies_never_looks_at_them() {
    let store = FaultyStore::memory();
    let manager = builder_on(store.clone()).build();
    let manager = manager.expect("settings that agree");
    let mut client = app(&manager);
    log_in(&mut client, &manager, PLAIN).await;
    store.faults().forget();
    for path in ["/api", "/apis/a"] {
        assert_eq!(client.get(path).await.status(), 401);
        assert_eq!(store.faults().calls(), [], "{path}");
    }
    client.header(KEY, &EDITOR.to_string());
    let vary = client.get("/api").await.header("vary").to_ascii_lowercase();
    assert!(
        vary.contains("x-api-key") && !vary.contains("cookie"),
        "{vary}"
    );
}

#[tokio::test]
async fn who_was_found_earlier_in_the_request_is_asked_how() {
    let manager = manager();
    // The layer settles who is asking before the handlers' guards do.
    let routes = Router::new()
        .route("/page", get(page))
        .route("/api", get(api))
        .route_layer(LoginRequiredLayer::new());
    let app = routes.with_login(&manager);
    let mut client = TestClient::new(app.clone());
    log_in(&mut client, &manager, PLAIN).await;
    expect(&mut client, &[("/page", 200, "1"), ("/api", 401, "")]).await;
    let mut client = TestClient::new(app);
    client.header(KEY, &EDITOR.to_string());
    expect(&mut client, &[("/page", 401, ""), ("/api", 200, "2")]).await;
}
