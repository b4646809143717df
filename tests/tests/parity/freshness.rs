use crate::support::Site;

#[tokio::test]
async fn test_authentication_is_fresh() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    assert_eq!(site.text("/is-fresh").await, "true");
    assert_eq!(site.text("/is-remembered").await, "false");
}

#[tokio::test]
async fn test_remember_me_is_unfresh() {
    let mut site = Site::new();
    site.text("/login-notch-remember").await;
    assert_eq!(site.text("/is-fresh").await, "true");
    site.lose_session();
    assert_eq!(site.text("/is-fresh").await, "false");
    assert_eq!(site.text("/is-remembered").await, "true");
    // The session that came of it is no fresher.
    assert_eq!(site.text("/is-fresh").await, "false");
}

#[tokio::test]
async fn test_confirm_login() {
    let mut site = Site::new();
    site.text("/login-notch-remember").await;
    site.lose_session();
    assert_eq!(site.text("/is-fresh").await, "false");
    let before = site.client.cookies().clone();
    site.text("/confirm-login").await;
    assert_eq!(site.text("/is-fresh").await, "true");
    assert_eq!(site.text("/is-remembered").await, "true");
    assert_ne!(
        site.client.cookies().get("_session"),
        before.get("_session")
    );
}
