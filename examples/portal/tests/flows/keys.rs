//! API keys.

use std::time::Duration;

use axum::http::header::{ACCEPT, AUTHORIZATION};
use login_runtime::testing::TestClient;
use serde_json::Value;

use crate::site::{ADMIN, Site, goes_to, page, reads};

async fn make(client: &mut TestClient, name: &str) -> String {
    let answer = client.post("/account/keys", &[("name", name)]).await;
    let page = answer.text();
    assert_eq!(answer.status(), 200, "{page}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let key = page.split("portal_").nth(1).expect("a key");
    format!("portal_{}", key.split('<').next().expect("a key"))
}

#[tokio::test]
async fn a_key_is_shown_once_opens_the_api_and_is_revoked() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    let key = make(&mut admin, "backup").await;
    reads(&mut admin, "/account/keys", "backup").await;
    let page = page(&admin.get("/account/keys").await);
    assert!(!page.contains(&key), "a key is shown once");

    let mut program = site.browser().program();
    let bare = program.get("/api/me").await;
    assert_eq!(
        (bare.status(), bare.header("content-type")),
        (401, "application/problem+json")
    );
    program.header(AUTHORIZATION, &format!("Bearer {key}"));
    let answer = program.get("/api/me").await;
    let me: Value = serde_json::from_str(&answer.text()).expect("JSON");
    assert_eq!(
        (&me["email"], &me["roles"][0]),
        (&ADMIN.0.into(), &"admin".into())
    );
    assert!(!answer.text().contains("argon2"), "{}", answer.text());
    assert!(program.cookies().is_empty());

    // A key makes no keys, and a cookie opens no API.
    let answer = program.post("/account/keys", &[("name", "another")]).await;
    assert_eq!(answer.status(), 401);
    admin.header(ACCEPT, "application/json");
    assert_eq!(admin.get("/api/me").await.status(), 401);

    let id = page
        .split("/account/keys/")
        .nth(1)
        .and_then(|rest| rest.split('/').next());
    let revoke = format!("/account/keys/{}/revoke", id.expect("an id"));
    let mut ada = site
        .registered("ada@example.com", "enchantress of numbers")
        .await;
    ada.post(&revoke, &[]).await;
    assert_eq!(
        program.get("/api/me").await.status(),
        200,
        "others revoke nothing"
    );
    assert_eq!(goes_to(&admin.post(&revoke, &[]).await), "/account/keys");
    assert_eq!(program.get("/api/me").await.status(), 401);
}

#[tokio::test]
async fn a_key_takes_a_name_a_fresh_login_and_room() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    assert_eq!(
        admin.post("/account/keys", &[("name", " ")]).await.status(),
        422
    );
    for number in 0..20 {
        make(&mut admin, &format!("key {number}")).await;
    }
    let full = admin.post("/account/keys", &[("name", "one more")]).await;
    assert_eq!(full.status(), 422);
    assert!(full.text().contains("Revoke one first."));
    site.clock.advance(Duration::from_secs(15 * 60));
    let stale = admin.post("/account/keys", &[("name", "late")]).await;
    assert_eq!(goes_to(&stale), "/confirm");
}
