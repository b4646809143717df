use crate::support::{Builder, Site, redirect};

fn messages(builder: Builder) -> Builder {
    builder
        .login_view("/login")
        .login_message("Log in!")
        .login_message_category("login")
        .refresh_view("/refresh-view")
        .needs_refresh_message("Refresh")
        .needs_refresh_message_category("refresh")
}

fn in_german(builder: Builder) -> Builder {
    messages(builder).localize_callback(|message, _| {
        match message {
            "Log in!" => "Einloggen",
            "Refresh" => "Aktualisieren",
            other => other,
        }
        .to_owned()
    })
}

#[tokio::test]
async fn test_unauthorized_flashes_message_with_login_view() {
    let mut site = Site::with(messages);
    redirect(&site.get("/secret").await);
    assert_eq!(site.text("/flashed").await, "login: Log in!\n");
    assert_eq!(site.text("/flashed").await, "", "once");
}

#[tokio::test]
async fn test_unauthorized_flash_message_localized() {
    let mut site = Site::with(in_german);
    redirect(&site.get("/secret").await);
    assert_eq!(site.text("/flashed").await, "login: Einloggen\n");
}

#[tokio::test]
async fn test_needs_refresh_fires_flash_when_redirect_to_refresh_view() {
    let mut site = Site::with(messages);
    site.text("/login-notch-not-fresh").await;
    redirect(&site.get("/needs-refresh").await);
    assert_eq!(site.text("/flashed").await, "refresh: Refresh\n");
    assert_eq!(site.text("/flashed").await, "", "once");
}

#[tokio::test]
async fn test_needs_refresh_flash_message_localized() {
    let mut site = Site::with(in_german);
    site.text("/login-notch-not-fresh").await;
    redirect(&site.get("/needs-refresh").await);
    assert_eq!(site.text("/flashed").await, "refresh: Aktualisieren\n");
}
