//! A new password by a link.

use std::time::Duration;

use crate::site::{ADMIN, Site, comes_to_read, goes_to, log_in, reads};

const NEW: &str = "another good password";

async fn reset_link(site: &Site) -> String {
    let answer = site.browser().post("/forgot", &[("email", ADMIN.0)]).await;
    assert_eq!(answer.status(), 200);
    site.link(ADMIN.0, "/reset/").await
}

#[tokio::test]
async fn a_link_sets_a_new_password_once() {
    let site = Site::new().await;
    let mut logged_in = site.logged_in(ADMIN).await;
    let link = reset_link(&site).await;
    let mut admin = site.browser();
    reads(&mut admin, &link, "New password").await;
    let short = admin.post(&link, &[("password", "short")]).await;
    assert_eq!(short.status(), 422);
    assert_eq!(
        goes_to(&admin.post(&link, &[("password", NEW)]).await),
        "/login"
    );
    reads(&mut admin, "/login", "Your new password is set.").await;

    assert_eq!(
        goes_to(&logged_in.get("/account").await),
        "/login?next=%2Faccount"
    );
    assert_eq!(
        log_in(&mut admin, "/login", ADMIN.0, ADMIN.1)
            .await
            .status(),
        401
    );
    assert_eq!(
        goes_to(&log_in(&mut admin, "/login", ADMIN.0, NEW).await),
        "/account"
    );
    for answer in [
        admin.get(&link).await,
        admin
            .post(&link, &[("password", "and once more again")])
            .await,
    ] {
        assert_eq!(answer.status(), 410);
        assert!(answer.text().contains("not good any more"));
    }
    site.mail(ADMIN.0, "your password was changed").await;
    comes_to_read(
        &mut admin,
        "/account/activity",
        "Set a new password by a link",
    )
    .await;
}

#[tokio::test]
async fn a_link_is_good_for_half_an_hour() {
    let site = Site::new().await;
    let link = reset_link(&site).await;
    site.clock.advance(Duration::from_secs(30 * 60 - 1));
    assert_eq!(site.browser().get(&link).await.status(), 200);
    site.clock.advance(Duration::from_secs(1));
    assert_eq!(site.browser().get(&link).await.status(), 410);
    assert_eq!(
        site.browser()
            .post(&link, &[("password", NEW)])
            .await
            .status(),
        410
    );
}

#[tokio::test]
async fn of_two_that_follow_a_link_at_once_one_is_too_late() {
    let site = Site::new().await;
    let link = reset_link(&site).await;
    let (mut one, mut two) = (site.browser(), site.browser());
    let (one_form, two_form) = ([("password", NEW)], [("password", "and another password")]);
    let (one, two) = tokio::join!(one.post(&link, &one_form), two.post(&link, &two_form));
    let mut statuses = [one.status(), two.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410]);
}

/// A link is bound to the password it replaces and to the address it went to.
#[tokio::test]
async fn another_way_to_a_new_password_ends_the_link() {
    let site = Site::new().await;
    let link = reset_link(&site).await;
    let mut admin = site.logged_in(ADMIN).await;
    let answer = admin.post("/account/password", &[("password", NEW)]).await;
    assert_eq!(goes_to(&answer), "/account");
    assert_eq!(site.browser().get(&link).await.status(), 410);
}

#[tokio::test]
async fn a_link_for_one_thing_is_not_one_for_another() {
    let site = Site::new().await;
    let link = reset_link(&site).await;
    let token = link.strip_prefix("/reset/").expect("a link");
    for path in ["/register", "/email"] {
        let answer = site.browser().get(&format!("{path}/{token}")).await;
        assert_eq!(answer.status(), 410, "{path}");
    }
    assert_eq!(site.browser().get("/reset/nonsense").await.status(), 410);
}

#[tokio::test]
async fn nobody_is_buried_in_mail() {
    let site = Site::new().await;
    for _ in 0..3 {
        let answer = site.browser().post("/forgot", &[("email", ADMIN.0)]).await;
        assert_eq!(answer.status(), 200);
    }
    let answer = site.browser().post("/forgot", &[("email", ADMIN.0)]).await;
    assert_eq!(answer.status(), 429);
}
