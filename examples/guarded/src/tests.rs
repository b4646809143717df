//! Who may call what, held fast.

use axum::http::{HeaderName, header::ACCEPT};
use login_runtime::testing::TestClient;

use super::*;

fn client() -> TestClient {
    let key = SecretKey::generate().expect("random bytes");
    TestClient::new(app(key).expect("settings that agree"))
}

async fn log_in(client: &mut TestClient, user: &User) {
    let form = [("username", user.name), ("password", user.password)];
    assert_eq!(client.post("/login", &form).await.status(), 303);
}

/// Whoever changes a route's access changes this file as well, and a reviewer sees it.
#[test]
fn no_route_changed_its_access_unnoticed() {
    let now = format!("{:#}", routes().access_table());
    assert_eq!(now, include_str!("access.txt"));
}

#[tokio::test]
async fn admins_alone_see_the_table() {
    let mut client = client();
    let [ada, grace] = users();
    let refused = client.get("/access").await;
    assert_eq!(refused.header("location"), "/login?next=%2Faccess");
    log_in(&mut client, &grace).await;
    assert_eq!(client.get("/access").await.status(), 403);
    assert_eq!(client.get("/access.json").await.status(), 403);
    log_in(&mut client, &ada).await;
    let table = client.get("/access").await.text();
    assert_eq!(table, all_routes().access_table().to_string());
    assert!(table.contains("GET   /access"), "{table}");
    let json: serde_json::Value =
        serde_json::from_str(&client.get("/access.json").await.text()).expect("JSON");
    assert_eq!(json[0]["access"]["login"], false);
}

#[tokio::test]
async fn every_user_gets_as_far_as_the_table_says() {
    let [ada, grace] = users();
    for (user, expected) in [(ada, [200, 200, 200]), (grace, [200, 200, 403])] {
        let mut client = client();
        assert_eq!(client.get("/articles").await.status(), 303);
        log_in(&mut client, &user).await;
        let statuses = [
            client.get("/articles").await.status(),
            client.post("/articles", &[]).await.status(),
            client.post("/articles/7/publish", &[]).await.status(),
        ];
        assert_eq!(statuses, expected, "{}", user.name);
        client.header(ACCEPT, "application/json");
        assert_eq!(client.get("/api/articles").await.status(), 401);
        client.header(HeaderName::from_static("x-api-key"), user.api_key);
        assert_eq!(client.get("/api/articles").await.status(), 200);
    }
}

#[tokio::test]
async fn a_wrong_password_gets_the_form_again() {
    let form = [("username", "ada"), ("password", "wrong")];
    let answer = client().post("/login", &form).await;
    assert_eq!(answer.status(), 401);
    assert!(answer.text().contains("name=password"));
}

#[cfg(feature = "openapi")]
#[test]
fn the_document_asks_for_what_the_routes_ask_for() {
    let document = serde_json::to_value(openapi::of(&routes().access_table())).expect("JSON");
    let security = |path: &str, method: &str| &document["paths"][path][method]["security"];
    assert_eq!(*security("/", "get"), serde_json::json!([]));
    assert_eq!(
        *security("/articles", "get"),
        serde_json::json!([{ "session": [] }, { "api_key": [] }]),
    );
    assert_eq!(
        *security("/articles/{id}/publish", "post"),
        serde_json::json!([
            { "session": ["editor", "articles:publish"] },
            { "api_key": ["editor", "articles:publish"] },
        ]),
    );
    assert_eq!(
        *security("/api/articles", "get"),
        serde_json::json!([{ "api_key": [] }])
    );
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["session"]["in"], "cookie");
    assert_eq!(schemes["api_key"]["name"], "x-api-key");
}
