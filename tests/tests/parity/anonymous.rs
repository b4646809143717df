use crate::support::{Site, set_cookies};

#[tokio::test]
async fn test_static_loads_anonymous() {
    let mut site = Site::new();
    let file = site.get("/static/style.css").await;
    assert_eq!((file.status(), &*file.text()), (200, "body {}"));
    assert!(set_cookies(&file).is_empty());
    assert_eq!(site.text("/username").await, "Anonymous");
}

#[tokio::test]
async fn test_defaults_anonymous() {
    let mut site = Site::new();
    let page = site.get("/username").await;
    assert_eq!((page.status(), &*page.text()), (200, "Anonymous"));
    assert!(set_cookies(&page).is_empty());
}
