//! An area for administrators that holds no state: the manager is an extractor, devices are JSON,
//! and a login's id is read from the path.

use axum::{
    Json,
    body::Body,
    extract::Path,
    http::Method,
    routing::{delete, get},
};
use login_runtime::{
    Device, LoginError, LoginManager, roles_required, store::LoginId, testing::TestClient,
};
use serde_json::{Value, json};

use crate::staff::{ADMIN, EDITOR, PLAIN, Role, User, builder, log_in, user};

#[roles_required(Role::Admin)]
async fn logins(
    manager: LoginManager<User>,
    Path(user): Path<u32>,
) -> Result<Json<Vec<Device>>, LoginError> {
    Ok(Json(manager.logins_of(&user.to_string()).await?))
}

#[roles_required(Role::Admin)]
async fn end(
    manager: LoginManager<User>,
    Path((user, id)): Path<(u32, LoginId)>,
) -> Result<Json<bool>, LoginError> {
    Ok(Json(manager.end_login(&user.to_string(), id).await?))
}

async fn link(manager: LoginManager<User>) -> String {
    let url = manager.login_url();
    url.map_or_else(String::new, |url| url.next("/a?b").to_string())
}

fn routes() -> axum::Router {
    axum::Router::new()
        .route("/users/{user}/logins", get(logins))
        .route("/users/{user}/logins/{id}", delete(end))
        .route("/link", get(link))
}

#[tokio::test]
async fn an_administrator_sees_and_ends_the_logins_of_others() {
    let manager = builder().build().expect("settings that agree");
    let app = routes().layer(manager.layer());
    let mut editor = TestClient::new(app.clone());
    log_in(&mut editor, &manager, EDITOR).await;
    assert_eq!(editor.get("/users/2/logins").await.status(), 403);
    let mut admin = TestClient::new(app);
    log_in(&mut admin, &manager, ADMIN).await;

    let listed = admin.get("/users/2/logins").await.text();
    let listed: Value = serde_json::from_str(&listed).expect("JSON");
    let device = &manager.logins_of("2").await.expect("a store")[0];
    let expected = json!([{
        "id": device.id().to_string(),
        "user_id": "2",
        "is_current": false,
        "user_agent": device.user_agent(),
        "address": device.address(),
        "created_at": device.created_at().as_secs(),
        "last_seen_at": device.last_seen_at().as_secs(),
        "is_remembered": false,
    }]);
    assert_eq!(listed, expected);

    let id = device.id().to_string();
    assert_eq!(
        serde_json::from_value::<LoginId>(json!(id)).ok(),
        Some(device.id())
    );
    for (path, status, text) in [
        (format!("/users/2/logins/{}", id.to_uppercase()), 400, None),
        (format!("/users/2/logins/{}", &id[1..]), 400, None),
        (format!("/users/1/logins/{id}"), 200, Some("false")),
        (format!("/users/2/logins/{id}"), 200, Some("true")),
        (format!("/users/2/logins/{id}"), 200, Some("false")),
    ] {
        let answer = admin.send(Method::DELETE, &path, Body::empty(), None).await;
        assert_eq!(answer.status(), status, "{path}");
        match text {
            Some(text) => assert_eq!(answer.text(), text, "{path}"),
            None => assert!(answer.text().contains("32 lower-case"), "{}", answer.text()),
        }
    }
    assert_eq!(editor.get("/users/2/logins").await.status(), 401);
}

#[tokio::test]
async fn the_manager_asks_nothing_and_knows_its_login_page() {
    let link = async |manager: LoginManager<User>| {
        let mut client = TestClient::new(routes().layer(manager.layer()));
        let login = manager.test_login(&user(PLAIN)).await.expect("a login");
        client.add(&login);
        let answer = client.get("/link").await;
        assert_eq!(answer.status(), 200);
        // Who is asking was not looked at.
        assert_eq!(answer.headers().get("vary"), None);
        assert_eq!(answer.headers().get("cache-control"), None);
        answer.text()
    };
    let settings = || builder().login_view("/login").next_field("to");
    assert_eq!(link(builder().build().expect("settings")).await, "");
    assert_eq!(
        link(settings().build().expect("settings")).await,
        "/login?to=%2Fa%3Fb"
    );
    let elsewhere = settings()
        .login_view("https://id.example/login")
        .force_host_for_redirects("https://app.example");
    assert_eq!(
        link(elsewhere.build().expect("settings")).await,
        "https://id.example/login?to=https%3A%2F%2Fapp.example%2Fa%3Fb"
    );
}

#[tokio::test]
async fn without_its_layer_there_is_no_manager() {
    let mut client = TestClient::new(routes());
    assert_eq!(client.get("/link").await.status(), 500);
}
