use crate::support::{Site, set_cookies};

#[tokio::test]
async fn test_login_user_with_request() {
    let mut site = Site::new();
    let page = site.get("/username?user_id=2").await;
    assert_eq!(page.text(), "Steve");
    assert!(set_cookies(&page).is_empty());
    assert_eq!(site.text("/protected?user_id=2").await, "Access Granted");
    // Who is not active is not let in this way either.
    assert_eq!(site.text("/username?user_id=3").await, "Anonymous");
}

#[tokio::test]
async fn test_login_invalid_user_with_request() {
    let mut site = Site::new();
    assert_eq!(site.text("/username?user_id=9000").await, "Anonymous");
    assert_eq!(site.get("/protected?user_id=9000").await.status(), 401);
}
