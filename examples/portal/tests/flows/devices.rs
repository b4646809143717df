//! The devices of a user.

use axum::http::header;

use crate::site::{ADMIN, Site, goes_to, page, reads};

/// The ids of the devices, as the page's script asks for them.
async fn list(client: &mut login_runtime::testing::TestClient) -> Vec<String> {
    let answer = client.get("/account/devices/list.json").await;
    assert_eq!(answer.status(), 200);
    serde_json::from_str(&answer.text()).expect("JSON")
}

#[tokio::test]
async fn a_device_is_listed_and_ended() {
    let site = Site::new().await;
    let mut here = site.logged_in(ADMIN).await;
    let alone = list(&mut here).await;
    assert_eq!(alone.len(), 1);
    let mut there = site.logged_in(ADMIN).await;
    let both = list(&mut here).await;
    assert_eq!(both.len(), 2);
    reads(&mut here, "/account/devices", "this device").await;
    reads(
        &mut here,
        "/account/devices",
        &format!("data-shown=\"{}\"", both.join(" ")),
    )
    .await;
    let page = page(&here.get("/account/devices").await);
    let other = both
        .iter()
        .find(|id| **id != alone[0])
        .expect("the other one");
    let end = format!("/account/devices/{other}/end");
    assert!(
        page.contains(&end) && !page.contains(&format!("{}/end", alone[0])),
        "{page}"
    );

    // Somebody else ends nothing with it.
    let mut ada = site
        .registered("ada@example.com", "enchantress of numbers")
        .await;
    ada.post(&end, &[]).await;
    assert_eq!(there.get("/account").await.status(), 200);

    assert_eq!(goes_to(&here.post(&end, &[]).await), "/account/devices");
    reads(&mut here, "/account/devices", "The device is logged out.").await;
    assert_eq!(list(&mut here).await, alone);
    // What the script of the other browser is told, and what the page is told that it then asks for.
    let next = "/login?next=%2Faccount%2Fdevices";
    assert_eq!(goes_to(&there.get("/account/devices").await), next);
    there.header(header::ACCEPT, "application/json");
    assert_eq!(there.get("/account/devices/list.json").await.status(), 401);
}

#[tokio::test]
async fn every_other_device_is_ended_at_once() {
    let site = Site::new().await;
    let mut here = site.logged_in(ADMIN).await;
    let mut others = [site.logged_in(ADMIN).await, site.logged_in(ADMIN).await];
    assert_eq!(list(&mut here).await.len(), 3);
    here.post("/account/devices/end-others", &[]).await;
    reads(&mut here, "/account/devices", "on this device alone").await;
    assert_eq!(list(&mut here).await.len(), 1);
    for other in &mut others {
        assert_eq!(
            goes_to(&other.get("/account").await),
            "/login?next=%2Faccount"
        );
    }
}
