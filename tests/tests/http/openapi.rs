//! Guarded handlers in aide's OpenAPI documents.

use std::sync::Arc;

use aide::{
    axum::{ApiRouter, routing::get},
    openapi::OpenApi,
};
use login_runtime::{
    CurrentUser, LoggedIn, LoginManager, LoginSession, NextUrl, Templates, login_required, public,
    roles_required, testing::TestClient,
};
use minijinja::Environment;
use serde_json::{Value, json};

use crate::staff::{PLAIN, Role, User, log_in, manager};

#[public]
async fn home(_: CurrentUser<User>, _: NextUrl) -> &'static str {
    "home"
}

#[login_required]
async fn page(user: LoggedIn<User>, _: LoginSession<User>) -> String {
    user.id.to_string()
}

#[login_required(user = User)]
#[roles_required(Role::Admin)]
async fn orders(_: LoginManager<User>) {}

#[public]
async fn help(templates: Templates<User>) -> String {
    format!("{templates:?}")
}

#[tokio::test]
async fn the_document_says_what_the_guards_answer() {
    let (manager, mut document) = (manager(), OpenApi::default());
    let app: axum::Router = ApiRouter::new()
        .api_route("/", get(home))
        .api_route("/page", get(page))
        .api_route("/orders", get(orders))
        .api_route("/help", get(help))
        .with_state(Arc::new(Environment::new()))
        .finish_api(&mut document)
        .layer(manager.layer());
    let document = serde_json::to_value(document).expect("JSON");
    let refusals = |path: &str| -> Vec<Value> {
        let responses = document["paths"][path]["get"]["responses"].as_object();
        let responses = responses.expect("responses").iter();
        let refusals = responses.filter(|(status, _)| status.starts_with('4'));
        refusals.map(|(status, _)| json!(status)).collect()
    };
    assert_eq!(refusals("/"), [""; 0]);
    assert_eq!(refusals("/help"), [""; 0]);
    assert_eq!(refusals("/page"), ["401"]);
    assert_eq!(refusals("/orders"), ["401", "403"]);

    let mut client = TestClient::new(app);
    assert_eq!(client.get("/page").await.status(), 401);
    log_in(&mut client, &manager, PLAIN).await;
    assert_eq!(client.get("/page").await.text(), "1");
    assert_eq!(client.get("/orders").await.status(), 403);
}
