use crate::support::{Site, set_cookies};

#[tokio::test]
async fn test_login_user() {
    let mut site = Site::new();
    assert_eq!(site.text("/login-notch").await, "true: Notch, fresh");
}

#[tokio::test]
async fn test_login_user_not_fresh() {
    let mut site = Site::new();
    assert_eq!(
        site.text("/login-notch-not-fresh").await,
        "true: Notch, not fresh"
    );
    assert_eq!(site.text("/protected").await, "Access Granted");
    assert_eq!(site.get("/very-protected").await.status(), 401);
}

#[tokio::test]
async fn test_login_inactive_user() {
    let mut site = Site::new();
    let login = site.get("/login-creeper").await;
    assert_eq!(login.text(), "false: Anonymous, not fresh");
    assert!(set_cookies(&login).is_empty());
    assert_eq!(site.store.inner().len(), 0);
    assert_eq!(site.text("/username").await, "Anonymous");
    assert_eq!(site.get("/protected").await.status(), 401);
}

#[tokio::test]
async fn test_login_inactive_user_forced() {
    let mut site = Site::new();
    assert_eq!(
        site.text("/login-creeper-forced").await,
        "true: Creeper, fresh"
    );
    assert_eq!(site.text("/username").await, "Creeper");
}
