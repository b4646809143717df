//! What holds for the whole site.

use std::{fs, path::Path};

use axum::http::Method;
use login_runtime::testing::{ManualClock, TestClient};

use crate::site::{ADMIN, Site, goes_to, reads, start};

/// Whoever changes a route's access changes this file as well, and a reviewer sees it.
#[test]
fn no_route_changed_its_access_unnoticed() {
    let now = format!("{:#}", portal::routes().access_table());
    assert_eq!(now, include_str!("access.txt"));
}

#[tokio::test]
async fn every_answer_is_protected() {
    let site = Site::new().await;
    let mut visitor = site.browser();
    for path in [
        "/",
        "/login",
        "/portal.css",
        "/account",
        "/no/such/page",
        "/api/me",
    ] {
        let answer = visitor.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "{path}: plain HTTP"
        );
    }
    assert_eq!(visitor.get("/no/such/page").await.status(), 404);
}

/// The policy allows neither: what stands in a page is text.
#[tokio::test]
async fn no_page_has_a_script_or_style_of_its_own() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    for path in [
        "/",
        "/account",
        "/account/devices",
        "/account/keys",
        "/admin",
        "/admin/users/1",
    ] {
        let page = admin.get(path).await.text();
        for wrong in ["<style", " style=", "<script>", " onclick="] {
            assert!(!page.contains(wrong), "{path}: {wrong}");
        }
        assert!(page.contains("<html lang=\"en\">") && page.contains("<main id=\"main\">"));
    }
}

#[tokio::test]
async fn other_sites_cannot_post() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    admin.header("sec-fetch-site".parse().expect("a name"), "cross-site");
    for path in [
        "/logout",
        "/login",
        "/account",
        "/account/devices/end-others",
    ] {
        let form = [("name", "Eve"), ("email", ADMIN.0), ("password", ADMIN.1)];
        assert_eq!(admin.post(path, &form).await.status(), 403, "{path}");
    }
    let link = admin.send(Method::GET, "/logout", "".into(), None).await;
    assert_eq!(link.status(), 405, "a link does not log out");
    admin.header("sec-fetch-site".parse().expect("a name"), "same-origin");
    reads(&mut admin, "/account", "Administrator").await;
}

#[tokio::test]
async fn with_https_cookies_are_for_https_alone() {
    let site = Site::new().await;
    let settings = [("ORIGIN", "https://portal.example")];
    let portal = start(&site.folder, &site.clock, &settings)
        .await
        .expect("a portal");
    let mut client = TestClient::new(portal.router);
    let answer = client
        .post("/login", &[("email", ADMIN.0), ("password", ADMIN.1)])
        .await;
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-login_session=") && cookie.contains("; Secure"),
        "{cookie}"
    );
    assert!(cookie.contains("; HttpOnly"), "{cookie}");
    assert!(
        answer
            .header("strict-transport-security")
            .contains("max-age=")
    );
}

#[tokio::test]
async fn users_logins_and_events_outlive_the_process() {
    let site = Site::new().await;
    let mut admin = site.logged_in(ADMIN).await;
    let cookies = admin.cookies().clone();
    let portal = start(
        &site.folder,
        &site.clock,
        &[("ADMIN_EMAIL", "other@example.com")],
    )
    .await;
    let portal = portal.expect("a portal");
    assert_eq!(portal.how_to_log_in, "log in as before, or register");
    let mut client = TestClient::new(portal.router);
    client.add(&cookies);
    reads(&mut client, "/admin", ADMIN.0).await;
    assert!(
        !client
            .get("/admin")
            .await
            .text()
            .contains("other@example.com")
    );
}

/// Whoever stops the portal loses neither mail nor events.
#[tokio::test]
async fn what_waits_is_delivered_at_the_end() {
    let folder = Site::new().await;
    let clock = ManualClock::at(1_700_000_000);
    let work = folder.folder.join("stopped");
    fs::create_dir_all(&work).expect("a folder");
    let portal = start(&work, &clock, &[]).await.expect("a portal");
    let mut client = TestClient::new(portal.router);
    client
        .post("/login", &[("email", ADMIN.0), ("password", ADMIN.1)])
        .await;
    client.post("/forgot", &[("email", ADMIN.0)]).await;
    drop(client);
    portal.background.finish().await;
    let mails = fs::read_dir(work.join("mail")).expect("mails").count();
    assert_eq!(mails, 2, "the new device, and the link");
}

#[tokio::test]
async fn an_empty_folder_is_enough_to_log_in() {
    let site = Site::new().await;
    let work = site.folder.join("new");
    fs::create_dir_all(&work).expect("a folder");
    let portal = start(&work, &site.clock, &[("ADMIN_PASSWORD", "")])
        .await
        .expect("a portal");
    let how = portal.how_to_log_in;
    let words: Vec<&str> = how.split('`').collect();
    let [_, email, _, password, _] = words[..] else {
        panic!("{how}");
    };
    let mut client = TestClient::new(portal.router);
    let answer = client
        .post("/login", &[("email", email), ("password", password)])
        .await;
    assert_eq!(goes_to(&answer), "/account");
}

#[tokio::test]
async fn what_cannot_be_used_is_a_sentence() {
    let site = Site::new().await;
    let nowhere = Path::new("/no/such/folder");
    for (setting, expected) in [
        (("DATABASE", "/no/such/folder/portal.db"), "DATABASE: "),
        (("MAIL", "/dev/null/mail"), "MAIL: "),
        (
            ("LOGINS", "carrier-pigeon://loft"),
            "LOGINS: `carrier-pigeon` takes the feature",
        ),
        (
            ("CLIENT_ADDRESS_HEADER", "not a header"),
            "CLIENT_ADDRESS_HEADER: ",
        ),
        (("SECRET", "short"), "SECRET is shorter than 32"),
    ] {
        let error = start(&site.folder, &site.clock, &[setting])
            .await
            .expect_err("an error");
        assert!(error.starts_with(expected), "{error}");
    }
    assert!(!nowhere.exists());
    let work = site.folder.join("weak");
    fs::create_dir_all(&work).expect("a folder");
    let error = start(&work, &site.clock, &[("ADMIN_PASSWORD", "weak")])
        .await
        .expect_err("an error");
    assert!(error.starts_with("ADMIN_PASSWORD: Choose"), "{error}");
}
