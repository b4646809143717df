//! Administrators.

use axum::http::header::{ACCEPT, AUTHORIZATION};

use crate::site::{ADMIN, Site, comes_to_read, goes_to, log_in, page, reads};

const ADA: (&str, &str) = ("ada@example.com", "enchantress of numbers");

#[tokio::test]
async fn the_admin_area_has_a_login_of_its_own() {
    let site = Site::new().await;
    let mut visitor = site.browser();
    let login = "/admin/login?next=%2Fadmin%2Factivity";
    assert_eq!(goes_to(&visitor.get("/admin/activity").await), login);
    reads(&mut visitor, login, "Administrators").await;
    let mut ada = site.registered(ADA.0, ADA.1).await;
    let refused = log_in(&mut visitor, login, ADA.0, ADA.1).await;
    assert_eq!(refused.status(), 401);
    assert!(page(&refused).contains("not an administrator's"));
    assert!(visitor.cookies().get("_session").is_none());

    for path in [
        "/admin",
        "/admin/activity",
        "/admin/access",
        "/admin/users/1",
    ] {
        let forbidden = ada.get(path).await;
        assert_eq!(forbidden.status(), 403, "{path}");
        assert!(
            forbidden
                .text()
                .contains("This page is not for your account.")
        );
    }
    ada.header(ACCEPT, "application/json");
    let forbidden = ada.get("/admin").await;
    assert_eq!(forbidden.header("content-type"), "application/problem+json");

    let answer = log_in(&mut visitor, login, ADMIN.0, ADMIN.1).await;
    assert_eq!(goes_to(&answer), "/admin/activity");
    reads(&mut visitor, "/admin", "ada@example.com").await;
    assert_eq!(goes_to(&visitor.get("/admin/login").await), "/admin");
}

#[tokio::test]
async fn an_account_is_disabled_and_enabled() {
    let site = Site::new().await;
    let mut ada = site.registered(ADA.0, ADA.1).await;
    let page = ada.post("/account/keys", &[("name", "key")]).await.text();
    let key = page
        .split("portal_")
        .nth(1)
        .and_then(|rest| rest.split('<').next());
    let mut program = site.browser().program();
    program.header(
        AUTHORIZATION,
        &format!("Bearer portal_{}", key.expect("a key")),
    );
    assert_eq!(program.get("/api/me").await.status(), 200);

    let mut admin = site.logged_in(ADMIN).await;
    reads(&mut admin, "/admin/users/2", "login-runtime test client").await;
    assert_eq!(
        goes_to(&admin.post("/admin/users/2/disable", &[]).await),
        "/admin/users/2"
    );
    reads(&mut admin, "/admin/users/2", "The account is disabled.").await;
    reads(&mut admin, "/admin/users/2", "On no device.").await;
    assert_eq!(
        goes_to(&ada.get("/account").await),
        "/login?next=%2Faccount"
    );
    assert_eq!(
        program.get("/api/me").await.status(),
        401,
        "its keys open nothing either"
    );
    let refused = log_in(&mut ada, "/login", ADA.0, ADA.1).await;
    assert_eq!(refused.status(), 401);
    assert!(refused.text().contains("This account is disabled."));

    admin.post("/admin/users/2/enable", &[]).await;
    assert_eq!(
        goes_to(&log_in(&mut ada, "/login", ADA.0, ADA.1).await),
        "/account"
    );
    admin.post("/admin/users/2/end-logins", &[]).await;
    reads(&mut admin, "/admin/users/2", "1 login ended.").await;
    assert_eq!(
        goes_to(&ada.get("/account").await),
        "/login?next=%2Faccount"
    );
    comes_to_read(
        &mut admin,
        "/admin/activity",
        "Was logged out by an administrator",
    )
    .await;

    admin.post("/admin/users/1/disable", &[]).await;
    reads(
        &mut admin,
        "/admin/users/1",
        "You cannot disable your own account.",
    )
    .await;
    assert_eq!(admin.get("/admin/users/99").await.status(), 404);
}

#[tokio::test]
async fn what_changes_other_accounts_takes_a_fresh_login() {
    let site = Site::new().await;
    site.registered(ADA.0, ADA.1).await;
    let mut admin = site.logged_in(ADMIN).await;
    site.clock.advance(std::time::Duration::from_secs(15 * 60));
    for act in ["disable", "enable", "end-logins"] {
        let answer = admin.post(&format!("/admin/users/2/{act}"), &[]).await;
        assert_eq!(goes_to(&answer), "/confirm", "{act}");
    }
    let mut ada = site.logged_in(ADA).await;
    for act in ["disable", "enable", "end-logins"] {
        let answer = ada.post(&format!("/admin/users/1/{act}"), &[]).await;
        assert_eq!(answer.status(), 403, "{act}");
    }
}
