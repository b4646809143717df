use crate::support::{Site, redirect};

#[tokio::test]
async fn test_needs_refresh_uses_handler() {
    let mut site = Site::with(|builder| {
        builder
            .refresh_view("/refresh-view")
            .needs_refresh_handler(async || "Needs Refresh!")
    });
    site.text("/login-notch-not-fresh").await;
    assert_eq!(site.text("/needs-refresh").await, "Needs Refresh!");
    assert_eq!(site.text("/flashed").await, "");
}

#[tokio::test]
async fn test_needs_refresh_aborts_401() {
    let mut site = Site::with(|builder| builder.login_view("/login"));
    site.text("/login-notch-not-fresh").await;
    assert_eq!(site.get("/needs-refresh").await.status(), 401);
}

#[tokio::test]
async fn test_redirects_to_refresh_view() {
    let mut site = Site::with(|it| it.login_view("/login").refresh_view("/refresh-view"));
    site.text("/login-notch-not-fresh").await;
    let refused = site.get("/needs-refresh").await;
    assert_eq!(redirect(&refused), "/refresh-view?next=%2Fneeds-refresh");
    assert_eq!(
        site.text("/refresh-view?next=%2Fneeds-refresh").await,
        "/needs-refresh"
    );
}
