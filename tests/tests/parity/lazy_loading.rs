use axum::{Router, routing::get};
use login_runtime::{CurrentUser, LoggedIn, LoginSession, login_required};

use crate::support::{Site, User, set_cookies};

#[tokio::test]
async fn test_static_loads_without_accessing_session() {
    let mut site = Site::new();
    site.text("/login-notch").await;
    let asked = (site.calls(), site.users.finds());
    let file = site.get("/static/style.css").await;
    assert_eq!((file.status(), &*file.text()), (200, "body {}"));
    assert_eq!((site.calls(), site.users.finds()), asked);
    assert!(set_cookies(&file).is_empty());
    assert_eq!(file.header("vary"), "");
    // The cookies that were left alone do name a login.
    assert_eq!(site.text("/username").await, "Notch");
}

#[login_required]
async fn asks_often(
    logged_in: LoggedIn<User>,
    current_user: CurrentUser<User>,
    session: LoginSession<User>,
) -> String {
    format!(
        "{} {:?} {:?}",
        logged_in.name,
        current_user.get_id(),
        session.user_id()
    )
}

#[tokio::test]
async fn test_requests_without_accessing_session() {
    let often = Router::new().route("/often", get(asks_often));
    let mut site = Site::with_routes(often, |builder| builder);
    site.text("/login-notch").await;
    // That the cookies have come back is noted once.
    site.text("/username").await;
    let asked = site.calls();
    assert_eq!(site.text("/").await, "Welcome!");
    assert_eq!((site.calls(), site.users.finds()), (asked, 1));
    assert_eq!(site.text("/username").await, "Notch");
    assert_eq!((site.calls(), site.users.finds()), (asked + 1, 2));
    assert_eq!(site.text("/often").await, r#"Notch Some("1") Some("1")"#);
    assert_eq!((site.calls(), site.users.finds()), (asked + 2, 3));
}
