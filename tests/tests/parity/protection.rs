use login_runtime::{CookieOptions, LoginEvent, LoginEventKind, SessionProtection};

use crate::support::{Site, attributes, max_age, set_cookie, set_cookies};

fn protected_by(protection: SessionProtection) -> Site {
    Site::with(|builder| builder.session_protection(protection))
}

fn is_protection(event: &LoginEvent) -> bool {
    matches!(event.kind, LoginEventKind::SessionProtected { .. })
}

async fn passes_successive_requests(mut site: Site) {
    site.text("/login-notch-remember").await;
    for _ in 0..2 {
        assert_eq!(site.text("/username").await, "Notch");
        assert_eq!(site.text("/is-fresh").await, "true");
    }
    assert_eq!(site.heard(is_protection), 0);
}

#[tokio::test]
async fn test_session_protection_basic_passes_successive_requests() {
    passes_successive_requests(protected_by(SessionProtection::Basic)).await;
}

#[tokio::test]
async fn test_session_protection_strong_passes_successive_requests() {
    passes_successive_requests(protected_by(SessionProtection::Strong)).await;
}

#[tokio::test]
async fn test_session_protection_basic_marks_session_unfresh() {
    let mut site = protected_by(SessionProtection::Basic);
    site.text("/login-notch-remember").await;
    assert_eq!(site.text("/very-protected").await, "Access Granted");
    site.change_user_agent();
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!(site.text("/is-fresh").await, "false");
    assert_eq!(site.text("/protected").await, "Access Granted");
    assert_eq!(site.get("/very-protected").await.status(), 401);
}

async fn skips_when_remembered(mut site: Site) {
    site.text("/login-notch-remember").await;
    site.lose_session();
    // Another client even: it is noted with the new session, so what follows is its own.
    site.change_user_agent();
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!(site.heard(is_protection), 0);
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!(site.heard(is_protection), 0);
}

#[tokio::test]
async fn test_session_protection_basic_skips_when_remember_me() {
    skips_when_remembered(protected_by(SessionProtection::Basic)).await;
}

#[tokio::test]
async fn test_session_protection_strong_skips_when_remember_me() {
    skips_when_remembered(protected_by(SessionProtection::Strong)).await;
}

#[tokio::test]
async fn test_permanent_strong_session_protection_marks_session_unfresh() {
    // deviation: a session cookie that is kept makes strong protection no weaker.
    let mut site = Site::with(|builder| {
        builder
            .session_protection(SessionProtection::Strong)
            .session_cookie(CookieOptions::persistent)
    });
    let login = site.get("/login-notch").await;
    assert!(max_age(set_cookie(&login, "_session").expect("a session")) > 0);
    assert_eq!(site.text("/is-fresh").await, "true");
    site.change_user_agent();
    assert_eq!(site.text("/username").await, "Anonymous");
    assert_eq!(site.store.inner().len(), 0);
}

#[tokio::test]
async fn test_session_protection_strong_deletes_session() {
    let mut site = protected_by(SessionProtection::Strong);
    site.client.cookies().set("foo", "bar");
    site.text("/login-notch-remember").await;
    let copied = site.client.cookies().clone();
    site.change_user_agent();
    let page = site.get("/username").await;
    assert_eq!(page.text(), "Anonymous");
    for name_end in ["_session", "_remember"] {
        let line = set_cookie(&page, name_end).expect("a removal");
        assert!(attributes(line).contains(&"Max-Age=0"), "{line}");
    }
    assert_eq!(site.client.cookies().header(), "foo=bar");
    assert_eq!(site.store.inner().len(), 0);
    site.client.add(&copied);
    assert_eq!(site.text("/username").await, "Anonymous");
}

async fn skips_anonymous(mut site: Site) {
    assert_eq!(site.text("/").await, "Welcome!");
    let accessed = |event: &LoginEvent| event.kind == LoginEventKind::UserAccessed;
    assert_eq!(site.heard(accessed), 0, "nobody asked");
    for _ in 0..2 {
        let page = site.get("/username").await;
        assert_eq!(page.text(), "Anonymous");
        assert!(set_cookies(&page).is_empty());
        site.change_user_agent();
    }
    assert_eq!(site.heard(accessed), 2);
    assert_eq!(site.heard(is_protection), 0);
    assert_eq!(site.calls(), 0);
}

#[tokio::test]
async fn test_session_protection_skip_when_off_and_anonymous() {
    skips_anonymous(protected_by(SessionProtection::Off)).await;
}

#[tokio::test]
async fn test_session_protection_skip_when_basic_and_anonymous() {
    skips_anonymous(protected_by(SessionProtection::Basic)).await;
}
