use crate::{
    app::CUSTOM_DURATION,
    support::{Site, set_cookie},
};

/// A browser is closed and opened; the remember cookie alone logs it in.
async fn survives_the_session(site: &mut Site) {
    assert_eq!(site.text("/username").await, "Notch");
    site.lose_session();
    let restored = site.get("/username").await;
    assert_eq!(restored.text(), "Notch");
    assert!(
        set_cookie(&restored, "_session").is_some(),
        "a session again"
    );
    assert_eq!(site.text("/is-fresh").await, "false");
    assert_eq!(site.text("/is-remembered").await, "true");
    assert_eq!(site.text("/username").await, "Notch");
}

#[tokio::test]
async fn test_remember_me() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    site.lose_session();
    assert_eq!(
        site.text("/username").await,
        "Anonymous",
        "who did not ask is forgotten"
    );
    site.text("/login-notch-remember").await;
    survives_the_session(&mut site).await;
}

#[tokio::test]
async fn test_remember_me_custom_duration() {
    let mut site = Site::new();
    site.text("/login-notch-remember-custom").await;
    survives_the_session(&mut site).await;
    // It ends when it was said to, whatever the cookie.
    site.turn_clock(CUSTOM_DURATION.as_secs() - 62);
    assert_eq!(site.text("/username").await, "Notch");
    site.lose_session();
    assert_eq!(site.text("/username").await, "Anonymous");
}
