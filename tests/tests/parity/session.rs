use crate::support::{Site, set_cookies};

#[tokio::test]
async fn test_login_persists() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    assert_eq!(site.text("/username").await, "Notch");
}

#[tokio::test]
async fn test_logout_persists() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    let copied = site.client.cookies().clone();
    site.text("/logout").await;
    assert_eq!(site.text("/username").await, "Anonymous");
    site.client.add(&copied);
    assert_eq!(site.text("/username").await, "Anonymous");
}

#[tokio::test]
async fn test_incorrect_id_logs_out() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    // In other words: that the loader cannot tell is no answer, and logs nobody out.
    site.users.set_down(true);
    assert_eq!(site.get("/username").await.status(), 503);
    assert_eq!(site.get("/protected").await.status(), 503);
    site.users.set_down(false);
    assert_eq!(site.text("/username").await, "Notch");
    site.users.remove("1");
    assert_eq!(site.text("/username").await, "Anonymous");
    assert_eq!(site.get("/protected").await.status(), 401);
}

#[tokio::test]
async fn test_session_not_modified() {
    let mut site = Site::new();
    // Flask-Login's page looks at an empty session; this one at the user as well.
    for path in ["/is-fresh", "/username"] {
        let page = site.get(path).await;
        assert_eq!(page.status(), 200);
        assert!(set_cookies(&page).is_empty(), "{path}");
    }
    assert_eq!(site.calls(), 0);
    // Nor does a request with a login change anything, once it is noted that the cookies have come back.
    site.text("/login-notch").await;
    assert!(set_cookies(&site.get("/username").await).is_empty());
    let asked = site.calls();
    assert!(set_cookies(&site.get("/username").await).is_empty());
    assert_eq!(site.calls(), asked + 1, "one load, no write");
}
