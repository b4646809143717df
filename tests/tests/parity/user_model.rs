use axum::{Router, routing::get};
use login_runtime::{CurrentUser, UserMixin};

use crate::support::{Site, User};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct Plain {
    id: u32,
}

#[test]
fn test_default_values() {
    let user = Plain { id: 1 };
    assert!(user.is_active());
}

async fn values(user: CurrentUser<User>) -> String {
    let (active, authenticated) = (user.is_active(), user.is_authenticated());
    format!(
        "{active} {authenticated} {} {:?}",
        user.is_anonymous(),
        user.get_id()
    )
}

#[tokio::test]
async fn test_values() {
    let routes = Router::new().route("/values", get(values));
    let mut site = Site::with_routes(routes, |builder| builder);
    assert_eq!(site.text("/values").await, "false false true None");
    site.text("/login-notch").await;
    assert_eq!(site.text("/values").await, r#"true true false Some("1")"#);
}
