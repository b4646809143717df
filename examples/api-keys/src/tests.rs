//! The API as programs see it.

use axum::http::{
    HeaderName, Method,
    header::{ACCEPT, AUTHORIZATION},
};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use login_runtime::testing::{TestClient, TestResponse};
use serde_json::{Value, json};

use super::*;

const REPORTER: &str = PROGRAMS[0].3;
const IMPORTER: &str = PROGRAMS[1].3;
const RETIRED: &str = PROGRAMS[2].3;

fn client() -> TestClient {
    TestClient::new(app().expect("settings that agree")).program()
}

/// Whatever it is: JSON, and no cookie.
fn json_of(answer: &TestResponse) -> Value {
    assert!(answer.headers().get("set-cookie").is_none());
    assert!(
        answer.header("content-type").ends_with("json"),
        "{answer:?}"
    );
    serde_json::from_str(&answer.text()).expect("JSON")
}

#[tokio::test]
async fn a_key_comes_in_three_ways() {
    let basic = BASE64.encode(format!("importer:{IMPORTER}"));
    for (name, value) in [
        (AUTHORIZATION, format!("Bearer {IMPORTER}")),
        (AUTHORIZATION, format!("Basic {basic}")),
        (HeaderName::from_static("x-api-key"), IMPORTER.to_owned()),
    ] {
        let mut client = client();
        client.header(name, &value);
        let me = json_of(&client.get("/me").await);
        assert_eq!(
            me,
            json!({ "name": "importer", "permissions": ["orders:read", "orders:write"] })
        );
        assert_eq!(
            json_of(&client.post("/orders", &[]).await),
            "ordered by importer"
        );
        assert!(client.cookies().is_empty());
    }
}

#[tokio::test]
async fn what_opens_nothing_is_a_problem_document() {
    let of_another = BASE64.encode(format!("reporter:{IMPORTER}"));
    for value in [
        None,
        Some("Bearer nonsense".to_owned()),
        Some(format!("Bearer {RETIRED}")),
        Some(format!("Basic {of_another}")),
    ] {
        // A browser as well: there is no page to send it to.
        for browser in [false, true] {
            let mut client = client();
            if browser {
                client.header(ACCEPT, "text/html,application/json");
            }
            if let Some(value) = &value {
                client.header(AUTHORIZATION, value);
            }
            let answer = client.get("/orders").await;
            assert_eq!(answer.status(), 401, "{value:?}");
            assert!(
                answer.header("www-authenticate").contains("Bearer"),
                "{answer:?}"
            );
            assert!(client.cookies().is_empty());
            if !browser {
                assert_eq!(json_of(&answer)["status"], 401);
            }
        }
    }
}

#[tokio::test]
async fn a_key_opens_what_it_is_permitted() {
    let mut client = client();
    client.header(AUTHORIZATION, &format!("Bearer {REPORTER}"));
    assert_eq!(json_of(&client.get("/orders").await)[0]["number"], 1);
    let answer = client.send(Method::POST, "/orders", "".into(), None).await;
    assert_eq!(
        (answer.status(), &json_of(&answer)["status"]),
        (403, &json!(403))
    );
}

/// A cookie is nobody's, and health is everybody's.
#[tokio::test]
async fn nothing_else_is_asked_for() {
    let mut client = client();
    client.cookies().set("__Host-login_session", "anything");
    assert_eq!(client.get("/me").await.status(), 401);
    assert_eq!(json_of(&client.get("/health").await), "well");
}

#[tokio::test]
async fn the_document_says_what_the_routes_ask_for() {
    let document = json_of(&client().get("/openapi.json").await);
    let security = |path: &str, method: &str| &document["paths"][path][method]["security"];
    assert_eq!(*security("/health", "get"), json!([]));
    let permitted = |permission: &str| json!([{ "bearer": [permission] }, { "basic": [permission] }, { "header": [permission] }]);
    assert_eq!(*security("/orders", "get"), permitted("orders:read"));
    assert_eq!(*security("/orders", "post"), permitted("orders:write"));
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["header"]["name"], "x-api-key");
    assert_eq!(schemes["basic"]["scheme"], "basic");
}
