use login_runtime::{LoginEvent, LoginEventKind};

use crate::support::{Site, attributes, set_cookie};

fn is_logout(event: &LoginEvent) -> bool {
    event.kind == LoginEventKind::UserLoggedOut
}

#[tokio::test]
async fn test_logout_logs_out_current_user() {
    let mut site = Site::new();
    assert_eq!(
        site.text("/login-then-logout").await,
        "true: Notch, fresh; then false: Anonymous, not fresh"
    );
    assert_eq!(site.text("/username").await, "Anonymous");
    assert_eq!(site.store.inner().len(), 0);
}

#[tokio::test]
async fn test_logout_without_current_user() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    assert_eq!(site.manager.end_logins_of("1").await.expect("a store"), 1);
    assert_eq!(site.get("/logout").await.status(), 200);
    assert_eq!(site.heard(is_logout), 1);
    assert_eq!(site.heard(|it| is_logout(it) && it.user_id.is_none()), 1);
}

#[tokio::test]
async fn test_logout_stays_logged_out_with_remember_me() {
    let mut site = Site::new();
    let login = site.get("/login-notch-remember").await;
    let set = attributes(set_cookie(&login, "_remember").expect("a remember cookie"));
    let copied = site.client.cookies().clone();

    let logout = site.get("/logout").await;
    let removed = attributes(set_cookie(&logout, "_remember").expect("its removal"));
    assert!(removed.contains(&"Max-Age=0"), "{removed:?}");
    let lasting = |attributes: Vec<&str>| -> Vec<String> {
        let lasts = |it: &&str| !it.starts_with("Max-Age=") && !it.starts_with("Expires=");
        attributes
            .into_iter()
            .filter(lasts)
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(lasting(removed), lasting(set));
    assert_eq!(site.text("/username").await, "Anonymous");
    assert!(site.client.cookies().is_empty());

    // A copy made before is of no use, with its session and without.
    site.client.add(&copied);
    assert_eq!(site.text("/username").await, "Anonymous");
    site.lose_session();
    assert_eq!(site.text("/username").await, "Anonymous");
}

#[tokio::test]
async fn test_logout_stays_logged_out_with_remember_me_custom_duration() {
    let mut site = Site::new();
    site.text("/login-notch-remember-custom").await;
    let mut copied = site.client.cookies().clone();
    copied.remove("_session");
    site.text("/logout").await;
    assert_eq!(site.text("/username").await, "Anonymous");
    site.client.add(&copied);
    assert_eq!(site.text("/username").await, "Anonymous");
}
