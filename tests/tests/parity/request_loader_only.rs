//! A manager whose request loader alone says who is asking (`LoginViaRequestTestCase`).

use std::collections::HashMap;

use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use login_runtime::{LoggedIn, LoginManager, LoginSession, request_loader};
use login_tests::FaultyStore;

use crate::support::{Builder, Site, User, Users, key, set_cookies};

/// What the request says, or else the session: as Flask-Login's own loader does it.
#[request_loader]
async fn load_by_request(
    Query(query): Query<HashMap<String, String>>,
    session: LoginSession<User>,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    match query.get("user_id").cloned().or_else(|| session.user_id()) {
        Some(id) => users.find(&id),
        None => Ok(None),
    }
}

fn builder(store: FaultyStore) -> Builder {
    LoginManager::builder_from_requests(store)
        .request_loader(load_by_request)
        .secret_key(key("this is a temporary key"))
}

async fn name(user: LoggedIn<User>) -> &'static str {
    user.name
}

fn site() -> Site {
    Site::begin(Router::new().route("/name", get(name)), builder)
}

#[tokio::test]
async fn test_has_no_user_loader_callback() {
    let mut site = site();
    assert_eq!(site.text("/username").await, "Anonymous");
    assert_eq!(site.users.finds(), 0);
}

#[tokio::test]
async fn test_defaults_anonymous() {
    assert_eq!(site().get("/name").await.status(), 401);
}

#[tokio::test]
async fn test_login_via_request() {
    assert_eq!(site().text("/name?user_id=2").await, "Steve");
}

#[tokio::test]
async fn test_login_via_request_uses_cookie_when_already_logged_in() {
    let mut site = site();
    site.text("/login-notch").await;
    assert_eq!(site.text("/name").await, "Notch");
    assert_eq!(site.text("/name?user_id=2").await, "Steve");
    assert_eq!(site.text("/name").await, "Notch");
    // Where there is a user loader as well, it is asked first.
    let mut both = site.sibling(|builder| builder);
    both.client.add(site.client.cookies());
    assert_eq!(both.text("/username?user_id=2").await, "Notch");
}

#[tokio::test]
async fn test_login_invalid_user_with_request() {
    assert_eq!(site().get("/name?user_id=9000").await.status(), 401);
}

#[tokio::test]
async fn test_login_invalid_user_with_request_when_already_logged_in() {
    let mut site = site();
    assert_eq!(site.text("/login-notch").await, "true: Notch, fresh");
    assert_eq!(site.get("/name?user_id=9000").await.status(), 401);
}

#[tokio::test]
async fn test_login_user_with_request_does_not_modify_session() {
    let mut site = site();
    let page = site.get("/name?user_id=2").await;
    assert_eq!(page.text(), "Steve");
    assert!(set_cookies(&page).is_empty());
    assert_eq!(site.get("/name").await.status(), 401);
    assert_eq!(site.calls(), 0);
}
