//! Login views that a router has for itself.

use login_runtime::{
    CurrentUser, LoginManager, LoginView, fresh_login_required, guarded, login_required,
    testing::TestClient,
};

use crate::{
    site::Site,
    users::{User, Users},
};

#[login_required]
async fn page(user: CurrentUser<User>) -> &'static str {
    user.user().map_or("nobody", |user| user.name)
}

#[fresh_login_required]
async fn fresh_page(user: CurrentUser<User>) -> &'static str {
    user.user().map_or("nobody", |user| user.name)
}

/// A guarded router with a page for logins and one for fresh ones.
fn pages() -> guarded::Router<LoginManager<User>, Users> {
    guarded::Router::new()
        .route("/page", guarded::any(page))
        .route("/fresh", guarded::any(fresh_page))
}

/// The site's manager in front of guarded routes, as a browser that is logged in with a stale login,
/// or not at all.
async fn behind(
    site: &Site,
    routes: guarded::Router<LoginManager<User>, Users>,
) -> [TestClient; 2] {
    let app = routes
        .with_login(&site.manager)
        .with_state(site.users.clone());
    let mut stale = TestClient::new(app.clone());
    let user = site.users.get(crate::users::ADA);
    stale.add(&site.manager.test_login(&user).fresh(false).await.unwrap());
    [TestClient::new(app), stale]
}

#[tokio::test]
async fn the_innermost_view_counts_and_leaves_open_what_it_does_not_name() {
    let site = Site::new();
    let nested = |view: LoginView| guarded::Router::new().nest("/in", pages().layer(view));
    let outer = || LoginView::new("/out/login").refresh_view("/out/confirm");
    for (routes, login, refresh) in [
        (nested(LoginView::none()), "", ""),
        (nested(LoginView::none()).layer(outer()), "", ""),
        (
            nested(LoginView::none().refresh_view("/in/confirm")),
            "",
            "/in/confirm",
        ),
        (nested(LoginView::new("/in/login")), "/in/login", "/confirm"),
        (
            nested(LoginView::new("/in/login")).layer(outer()),
            "/in/login",
            "/out/confirm",
        ),
        (
            nested(LoginView::new("/in/login")).layer(LoginView::none()),
            "/in/login",
            "",
        ),
    ] {
        let clients = behind(&site, routes).await;
        for (mut client, page, view) in clients
            .into_iter()
            .zip(["page", "fresh"])
            .zip([login, refresh])
            .map(|((client, page), view)| (client, page, view))
        {
            let response = client.get(&format!("/in/{page}")).await;
            let next = format!("?next=%2Fin%2F{page}");
            let expected = match view {
                "" => (401, String::new()),
                view => (303, format!("{view}{next}")),
            };
            let location = response.header("location").to_owned();
            assert_eq!((response.status(), location), expected, "{page}");
        }
    }
}

#[tokio::test]
async fn a_login_view_that_is_no_address_is_an_error_and_no_circle() {
    for view in ["", "login", "//evil.example", "/a b", "/a\nb", "ftp://a"] {
        let wrong = LoginView::new(view);
        let error = wrong.check().unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("`login_view` cannot be `{view}`: give a path")),
            "{error}"
        );
        let site = Site::new();
        let routes = guarded::Router::new().nest("/in", pages().layer(wrong));
        let [mut stranger, mut stale] = behind(&site, routes).await;
        let response = stranger.get("/in/page").await;
        assert_eq!((response.status(), response.header("location")), (500, ""));
        assert_eq!(stale.get("/in/page").await.text(), "ada", "{view:?}");
    }
    let refresh = LoginView::new("/login").refresh_view("");
    let error = refresh.check().unwrap_err().to_string();
    assert!(error.starts_with("`refresh_view` cannot be ``"), "{error}");
    assert_eq!(LoginView::new("/login").check(), Ok(()));
    assert_eq!(LoginView::none().check(), Ok(()));
}
