use login_runtime::{CookieOptions, LoginEvent, LoginEventKind as Kind, SessionProtection};

use crate::support::Site;

/// Whether something happened to the user whom all the events below are about.
fn notch(kind: Kind) -> impl Fn(&LoginEvent) -> bool {
    move |event| event.kind == kind && event.user_id.as_deref() == Some("1")
}

#[tokio::test]
async fn test_login_user_emits_signal() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    site.text("/username").await;
    let logged_in = |event: &LoginEvent| matches!(event.kind, Kind::UserLoggedIn { .. });
    assert_eq!(site.heard(logged_in), 1);
    let notch = |event: &LoginEvent| logged_in(event) && event.user_id.as_deref() == Some("1");
    assert_eq!(site.heard(notch), 1);
    site.text("/login-creeper").await;
    assert_eq!(
        site.heard(logged_in),
        1,
        "whoever is not logged in is not announced"
    );
}

#[tokio::test]
async fn test_logout_emits_signal() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    site.text("/logout").await;
    assert_eq!(site.heard(|event| event.kind == Kind::UserLoggedOut), 1);
    assert_eq!(site.heard(notch(Kind::UserLoggedOut)), 1);
}

#[tokio::test]
async fn test_unauthorized_fires_unauthorized_signal() {
    let mut site = Site::new();
    site.get("/secret").await;
    assert_eq!(site.heard(|event| event.kind == Kind::UserUnauthorized), 1);
}

#[tokio::test]
async fn test_user_loaded_from_cookie_fired() {
    let mut site = Site::new();
    site.text("/login-notch-remember").await;
    site.text("/username").await;
    let loaded = notch(Kind::UserLoadedFromCookie);
    assert_eq!(site.heard(&loaded), 0);
    site.lose_session();
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!(site.heard(&loaded), 1);
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!(site.heard(&loaded), 1, "there is a session again");
}

#[tokio::test]
async fn test_user_loaded_from_request_fired() {
    let mut site = Site::new();
    assert_eq!(site.text("/username?user_id=1").await, "Notch");
    let loaded = notch(Kind::UserLoadedFromRequest);
    assert_eq!(site.heard(&loaded), 1);
    assert_eq!(site.text("/username?user_id=9000").await, "Anonymous");
    let any = |event: &LoginEvent| event.kind == Kind::UserLoadedFromRequest;
    assert_eq!(site.heard(any), 1);
}

#[tokio::test]
async fn test_needs_refresh_fires_needs_refresh_signal() {
    let mut site = Site::new();
    site.text("/login-notch-not-fresh").await;
    assert_eq!(site.get("/needs-refresh").await.status(), 401);
    let needs_refresh = notch(Kind::UserNeedsRefresh);
    assert_eq!(site.heard(&needs_refresh), 1);
    assert_eq!(site.heard(|event| event.kind == Kind::UserUnauthorized), 0);
}

#[tokio::test]
async fn test_user_login_confirmed_signal_fired() {
    let mut site = Site::new();
    let confirmed = |event: &LoginEvent| event.kind == Kind::UserLoginConfirmed;
    // In other words: there is nothing to confirm for a visitor.
    assert_eq!(site.get("/confirm-login").await.status(), 401);
    assert_eq!(site.heard(confirmed), 0);
    site.text("/login-notch").await;
    site.text("/confirm-login").await;
    assert_eq!(site.heard(confirmed), 1);
    assert_eq!(site.heard(notch(Kind::UserLoginConfirmed)), 1);
}

/// How often protection spoke up, for a login that it ended or left.
fn protected(site: &Site, has_ended: bool) -> usize {
    site.heard(|event| {
        matches!(event.kind, Kind::SessionProtected { ended, .. } if ended == has_ended)
            && event.user_id.as_deref() == Some("1")
    })
}

#[tokio::test]
async fn test_session_protection_basic_fires_signal() {
    let mut site = Site::with(|it| it.session_protection(SessionProtection::Basic));
    site.text("/login-notch").await;
    site.text("/username").await;
    assert_eq!(protected(&site, false), 0);
    site.change_user_agent();
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!((protected(&site, false), protected(&site, true)), (1, 0));
}

#[tokio::test]
async fn test_permanent_strong_session_protection_fires_signal() {
    let mut site = Site::with(|builder| {
        builder
            .session_protection(SessionProtection::Strong)
            .session_cookie(CookieOptions::persistent)
    });
    site.text("/login-notch").await;
    site.change_user_agent();
    site.text("/username").await;
    site.text("/username").await;
    assert_eq!((protected(&site, false), protected(&site, true)), (0, 1));
}

#[tokio::test]
async fn test_session_protection_strong_fires_signal_user_agent() {
    let mut site = Site::with(|it| it.session_protection(SessionProtection::Strong));
    site.text("/login-notch").await;
    site.text("/username").await;
    assert_eq!(protected(&site, true), 0);
    site.change_user_agent();
    assert_eq!(site.text("/username").await, "Anonymous");
    assert_eq!((protected(&site, false), protected(&site, true)), (0, 1));
}
