//! Registering, logging in and out.

use std::time::Duration;

use axum::http::{Method, header};
use serde_json::{Value, json};

use crate::site::{ADDRESS, ADMIN, Site, comes_to_read, goes_to, log_in, page, reads};

#[tokio::test]
async fn somebody_registers_logs_out_and_in() {
    let site = Site::new().await;
    let mut ada = site
        .registered("Ada@example.com", "enchantress of numbers")
        .await;
    reads(&mut ada, "/account", "ada@example.com").await;
    assert_eq!(goes_to(&ada.post("/logout", &[]).await), "/");
    reads(&mut ada, "/", "You are logged out.").await;

    let refused = ada.get("/account/keys").await;
    assert_eq!(goes_to(&refused), "/login?next=%2Faccount%2Fkeys");
    reads(&mut ada, "/login", "Please log in to access this page.").await;
    let wrong = log_in(&mut ada, "/login", "ada@example.com", "wrong").await;
    assert_eq!(wrong.status(), 401);
    assert!(
        wrong
            .text()
            .contains("That is not an address and its password.")
    );
    assert!(wrong.text().contains("value=\"ada@example.com\""));
    let right = ("ADA@example.com", "enchantress of numbers");
    let answer = log_in(&mut ada, "/login?next=/account/keys", right.0, right.1).await;
    assert_eq!(goes_to(&answer), "/account/keys");
    assert_eq!(
        goes_to(&ada.get("/login?next=/account/keys").await),
        "/account/keys"
    );
    let mut elsewhere = site.browser();
    let answer = log_in(
        &mut elsewhere,
        "/login?next=//evil.example",
        right.0,
        right.1,
    )
    .await;
    assert_eq!(goes_to(&answer), "/account");
}

#[tokio::test]
async fn an_account_takes_the_link_that_was_mailed() {
    let site = Site::new().await;
    let mut ada = site.browser();
    for wrong in ["ada", "a@b@c", "ada@example.com\r\nBcc: eve@example.com"] {
        assert_eq!(
            ada.post("/register", &[("email", wrong)]).await.status(),
            422,
            "{wrong}"
        );
    }
    ada.post("/register", &[("email", "ada@example.com")]).await;
    let link = site.link("ada@example.com", "/register/").await;
    reads(&mut ada, &link, "For <strong>ada@example.com</strong>").await;
    for (name, password, problem) in [
        ("Ada", "too short", "at least 12 characters"),
        ("Ada", "ada@example.com", "not your address"),
        (" ", "enchantress of numbers", "Choose a name"),
    ] {
        let answer = ada
            .post(&link, &[("name", name), ("password", password)])
            .await;
        assert_eq!(answer.status(), 422);
        assert!(answer.text().contains(problem), "{}", answer.text());
        assert!(
            !answer.text().contains(password) || password.contains('@'),
            "never shown again"
        );
    }
    let form = [("name", "Ada"), ("password", "enchantress of numbers")];
    assert_eq!(goes_to(&ada.post(&link, &form).await), "/account");
    // It counts once, and one that somebody wrote for himself does not count.
    let mut eve = site.browser();
    assert_eq!(eve.post(&link, &form).await.status(), 410);
    let (begin, _) = link.rsplit_once('.').expect("a signed link");
    assert_eq!(eve.get(&format!("{begin}.AAAA")).await.status(), 410);

    eve.post("/register", &[("email", "eve@example.com")]).await;
    let late = site.link("eve@example.com", "/register/").await;
    site.clock.advance(Duration::from_secs(24 * 3_600));
    assert_eq!(eve.get(&late).await.status(), 410);
}

/// What a visitor sees is the same; only the owner of the address reads the difference.
#[tokio::test]
async fn nobody_is_told_who_has_an_account() {
    let site = Site::new().await;
    let mut eve = site.browser();
    for path in ["/register", "/forgot"] {
        let known = eve.post(path, &[("email", ADMIN.0)]).await;
        let unknown = eve.post(path, &[("email", "nobody@example.com")]).await;
        let unknown_page = unknown.text().replace("nobody@example.com", ADMIN.0);
        assert_eq!(
            (known.status(), known.text()),
            (unknown.status(), unknown_page)
        );
    }
    site.mail(ADMIN.0, "You have an account with this address already.")
        .await;
    site.mail(ADMIN.0, "/reset/").await;
    site.mail("nobody@example.com", "/register/").await;
    assert_eq!(site.mails("nobody@example.com").len(), 1);
    let wrong = log_in(&mut eve, "/login", ADMIN.0, "wrong").await;
    let nobody = log_in(&mut eve, "/login", "nobody@example.com", "wrong").await;
    let nobody_page = nobody.text().replace("nobody@example.com", ADMIN.0);
    assert_eq!(
        (wrong.status(), wrong.text()),
        (nobody.status(), nobody_page)
    );
}

#[tokio::test]
async fn a_remembered_login_outlives_the_browser_and_is_confirmed() {
    let site = Site::new().await;
    let mut admin = site.browser();
    let form = [
        ("email", ADMIN.0),
        ("password", ADMIN.1),
        ("remember", "on"),
    ];
    admin.post("/login", &form).await;
    reads(&mut admin, "/account", "entered lately").await;
    assert!(admin.cookies().remove("_session"));
    reads(&mut admin, "/account", "not entered lately").await;

    let page = admin.get("/account/password").await;
    assert_eq!(goes_to(&page), "/confirm?next=%2Faccount%2Fpassword");
    let wrong = admin.post("/confirm", &[("password", "wrong")]).await;
    assert_eq!(wrong.status(), 401);
    assert!(wrong.text().contains("That is not your password."));
    let right = [("password", ADMIN.1)];
    let answer = admin.post("/confirm?next=/account/password", &right).await;
    assert_eq!(goes_to(&answer), "/account/password");
    reads(&mut admin, "/account/password", "New password").await;

    let mut unticked = site.browser();
    let form = [("email", ADMIN.0), ("password", ADMIN.1), ("remember", "")];
    unticked.post("/login", &form).await;
    assert!(unticked.cookies().get("_remember").is_none());
}

#[tokio::test]
async fn scripts_log_in_with_json() {
    let site = Site::new().await;
    let mut script = site.browser();
    script.header(header::ACCEPT, "application/json");
    let body = |password: &str| json!({ "email": ADMIN.0, "password": password, "remember": true });
    for (body, status) in [(body("wrong"), 401), (json!({ "email": ADMIN.0 }), 400)] {
        let kind = Some("application/json");
        let refused = script
            .send(Method::POST, "/login", body.to_string().into(), kind)
            .await;
        assert_eq!(refused.status(), status);
        assert_eq!(refused.header("content-type"), "application/problem+json");
        let problem: Value = serde_json::from_str(&refused.text()).expect("JSON");
        assert_eq!(problem["status"], status);
    }
    let body = body(ADMIN.1).to_string().into();
    let path = "/login?next=/account/devices";
    let answer = script
        .send(Method::POST, path, body, Some("application/json"))
        .await;
    assert_eq!(
        (answer.status(), answer.header("content-type")),
        (200, "application/json")
    );
    assert_eq!(answer.text(), r#"{"next":"/account/devices"}"#);
    assert!(script.cookies().get("_remember").is_some());
    // As jQuery does: a form, answered with JSON.
    let answer = log_in(&mut script, "/login", ADMIN.0, ADMIN.1).await;
    assert_eq!(answer.text(), r#"{"next":"/account"}"#);
}

#[tokio::test]
async fn passwords_cannot_be_tried_without_end() {
    let site = Site::new().await;
    // One account, from many addresses.
    for _ in 0..10 {
        let mut eve = site.browser();
        assert_eq!(
            log_in(&mut eve, "/login", ADMIN.0, "a guess")
                .await
                .status(),
            401
        );
    }
    let mut eve = site.browser();
    let later = log_in(&mut eve, "/admin/login", ADMIN.0, ADMIN.1).await;
    assert_eq!((later.status(), later.header("retry-after")), (429, "60"));
    assert!(later.text().contains("Too many tries."), "{}", later.text());
    eve.header(header::ACCEPT, "application/json");
    let later = log_in(&mut eve, "/login", " Admin@Example.com", ADMIN.1).await;
    assert_eq!(later.header("content-type"), "application/problem+json");
    site.clock.advance(Duration::from_secs(60));
    let mut admin = site.logged_in(ADMIN).await;
    comes_to_read(
        &mut admin,
        "/account/activity",
        "A wrong password was tried",
    )
    .await;

    // One address, and many accounts.
    let mut eve = site.browser();
    let mut tried = 0;
    while tried < 100 {
        let account = format!("{tried}@example.com");
        if log_in(&mut eve, "/login", &account, "a guess")
            .await
            .status()
            != 401
        {
            break;
        }
        tried += 1;
    }
    assert_eq!(tried, 30);
    assert_eq!(site.browser().post("/login", &[]).await.status(), 400);
    eve.header(ADDRESS, "203.0.113.7");
    let other = log_in(&mut eve, "/login", "other@example.com", "a guess").await;
    assert_eq!(other.status(), 401, "another address is another client");
}

/// Somebody has copied the remember cookie and used it before its owner came again.
#[tokio::test]
async fn theft_of_the_remember_cookie_is_shown_to_the_owner() {
    let site = Site::new().await;
    let mut owner = site.browser();
    let form = [
        ("email", ADMIN.0),
        ("password", ADMIN.1),
        ("remember", "on"),
    ];
    owner.post("/login", &form).await;
    let mut elsewhere = site.logged_in(ADMIN).await;
    owner.cookies().remove("_session");
    let mut thief = owner.clone();
    reads(&mut thief, "/account", "not entered lately").await;
    // Shows what was given for the copy, and is in for a while.
    site.clock.advance(Duration::from_secs(120));
    reads(&mut thief, "/account", ADMIN.0).await;
    let password = thief.get("/account/password").await;
    assert!(goes_to(&password).starts_with("/confirm"), "but not fresh");

    // Longer than any request of the owner's may have been on its way.
    site.clock.advance(Duration::from_secs(46 * 60));
    let refused = owner.get("/account").await;
    assert_eq!(goes_to(&refused), "/login?next=%2Faccount");
    let login = page(&owner.get("/login").await);
    assert!(login.contains("class=\"message warning\""), "{login}");
    for other in [&mut thief, &mut elsewhere] {
        assert_eq!(
            goes_to(&other.get("/account").await),
            "/login?next=%2Faccount"
        );
    }
    let subject = "Subject: A copied remember cookie was used";
    site.mail(ADMIN.0, subject).await;
    log_in(&mut owner, "/login", ADMIN.0, ADMIN.1).await;
    comes_to_read(
        &mut owner,
        "/account/activity",
        "A copied remember cookie was used",
    )
    .await;
}
