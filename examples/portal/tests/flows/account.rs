//! The profile, the password, the address, and what happened.

use std::time::Duration;

use crate::site::{ADMIN, Site, comes_to_read, goes_to, log_in, reads};

#[tokio::test]
async fn a_name_is_changed_and_escaped() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    let form = [("name", "<b>Grace</b>")];
    assert_eq!(goes_to(&admin.post("/account", &form).await), "/account");
    reads(&mut admin, "/account", "Your name is saved.").await;
    let page = admin.get("/account").await.text();
    assert!(
        !page.contains("Your name is saved."),
        "a message is shown once"
    );
    assert!(
        page.contains("&lt;b&gt;Grace") && !page.contains("<b>Grace"),
        "{page}"
    );
    assert_eq!(admin.post("/account", &[("name", "")]).await.status(), 422);
}

#[tokio::test]
async fn a_new_password_ends_the_other_devices_and_says_so() {
    let site = Site::new().await;
    let mut here = site.logged_in(ADMIN).await;
    let mut there = site.logged_in(ADMIN).await;
    let mut third = site.logged_in(ADMIN).await;
    let short = here
        .post("/account/password", &[("password", "short")])
        .await;
    assert_eq!(short.status(), 422);
    let form = [("password", "another good password")];
    assert_eq!(
        goes_to(&here.post("/account/password", &form).await),
        "/account"
    );
    reads(
        &mut here,
        "/account",
        "you are logged out on 2 other devices",
    )
    .await;
    for other in [&mut there, &mut third] {
        assert_eq!(
            goes_to(&other.get("/account").await),
            "/login?next=%2Faccount"
        );
    }
    assert_eq!(
        log_in(&mut there, "/login", ADMIN.0, ADMIN.1)
            .await
            .status(),
        401
    );
    site.mail(ADMIN.0, "your password was changed").await;
}

#[tokio::test]
async fn a_session_that_was_left_open_cannot_change_the_password() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    site.clock.advance(Duration::from_secs(10 * 60));
    for path in ["/account/password", "/account/email"] {
        assert!(
            goes_to(&admin.get(path).await).starts_with("/confirm?next="),
            "{path}"
        );
        let form = [
            ("password", "another good password"),
            ("email", "eve@example.com"),
        ];
        assert_eq!(
            goes_to(&admin.post(path, &form).await),
            "/confirm",
            "{path}"
        );
    }
    assert_eq!(
        goes_to(&log_in(&mut site.browser(), "/login", ADMIN.0, ADMIN.1).await),
        "/account"
    );
}

#[tokio::test]
async fn an_address_is_changed_by_a_link_to_the_new_one() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    for wrong in ["nonsense", ADMIN.0] {
        assert_eq!(
            admin
                .post("/account/email", &[("email", wrong)])
                .await
                .status(),
            422
        );
    }
    let new = "grace@example.com";
    let answer = admin.post("/account/email", &[("email", new)]).await;
    assert!(answer.text().contains(new));
    reads(&mut admin, "/account", ADMIN.0).await;
    let link = site.link(new, "/email/").await;
    // Looking at it changes nothing: programs that check mail do so.
    let mut phone = site.browser();
    reads(&mut phone, &link, "Use <strong>grace@example.com</strong>").await;
    reads(&mut admin, "/account", ADMIN.0).await;
    assert_eq!(goes_to(&phone.post(&link, &[]).await), "/account");
    reads(&mut admin, "/account", new).await;
    site.mail(ADMIN.0, "your account has the address grace@example.com")
        .await;
    assert_eq!(phone.post(&link, &[]).await.status(), 410, "it counts once");
    assert_eq!(
        log_in(&mut phone, "/login", ADMIN.0, ADMIN.1)
            .await
            .status(),
        401
    );
    assert_eq!(
        goes_to(&log_in(&mut phone, "/login", new, ADMIN.1).await),
        "/account"
    );
    // Nor where the owner takes the old address back.
    admin.post("/account/email", &[("email", ADMIN.0)]).await;
    let back = site.link(ADMIN.0, "/email/").await;
    assert_eq!(goes_to(&phone.post(&back, &[]).await), "/account");
    reads(&mut admin, "/account", ADMIN.0).await;
    assert_eq!(phone.post(&link, &[]).await.status(), 410);
}

#[tokio::test]
async fn an_address_that_is_taken_meanwhile_stays_its_owners() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    admin
        .post("/account/email", &[("email", "ada@example.com")])
        .await;
    let link = site.link("ada@example.com", "/email/").await;
    let mut ada = site
        .registered("ada@example.com", "enchantress of numbers")
        .await;
    assert_eq!(site.browser().post(&link, &[]).await.status(), 410);
    reads(&mut ada, "/account", "ada@example.com").await;
    reads(&mut admin, "/account", ADMIN.0).await;
}

#[tokio::test]
async fn what_happened_is_written_down_and_a_new_device_is_told() {
    let site = Site::new().await;
    let mut admin = site.browser();
    admin.header(
        axum::http::header::USER_AGENT,
        "Mozilla/5.0 (X11; Linux) Firefox/140.0",
    );
    log_in(&mut admin, "/login", ADMIN.0, ADMIN.1).await;
    let mail = site
        .mail(ADMIN.0, "Subject: Logged in on a new device")
        .await;
    assert!(mail.contains("Firefox on Linux, from 198.51."), "{mail}");
    let mut again = site.browser();
    again.header(
        axum::http::header::USER_AGENT,
        "Mozilla/5.0 (X11; Linux) Firefox/140.0",
    );
    log_in(&mut again, "/login", ADMIN.0, ADMIN.1).await;
    again.post("/logout", &[]).await;
    // Events are written in the order in which they happened.
    comes_to_read(&mut admin, "/account/activity", "Logged out").await;
    reads(&mut admin, "/account/activity", "Logged in on a new device").await;
    reads(
        &mut admin,
        "/account/activity",
        "<strong>Logged in</strong>",
    )
    .await;
    assert_eq!(
        site.mails(ADMIN.0).len(),
        1,
        "a device that is known is no news"
    );

    let mut ada = site
        .registered("ada@example.com", "enchantress of numbers")
        .await;
    let page = ada.get("/account/activity").await.text();
    assert!(
        !page.contains("Logged out"),
        "what happened to others is theirs: {page}"
    );
}
