//! Paths of axum-extra beside a guard, as the page about compile errors shows it.

use axum_extra::routing::TypedPath;
use login_runtime::{
    LoggedIn,
    guarded::{Router, get},
    login_required,
    testing::TestClient,
};
use serde::Deserialize;

use crate::staff::{PLAIN, User, log_in, manager};

#[derive(TypedPath, Deserialize)]
#[typed_path("/users/{id}")]
struct UserPath {
    id: u32,
}

#[login_required]
async fn user(path: UserPath, user: LoggedIn<User>) -> String {
    format!("user {} for {}", path.id, user.id)
}

#[tokio::test]
async fn a_typed_path_is_read_behind_the_guard() {
    let manager = manager();
    let guarded = Router::new().route(UserPath::PATH, get(user));
    assert_eq!(
        format!("{:#}", guarded.access_table()),
        "GET  /users/{id}  login\n"
    );
    let open = axum::Router::new().route(UserPath::PATH, axum::routing::get(user));
    for app in [guarded.with_login(&manager), open.layer(manager.layer())] {
        let mut client = TestClient::new(app);
        // The guard first: a path that cannot be read is no business of a stranger's.
        assert_eq!(client.get("/users/seven").await.status(), 401);
        assert_eq!(client.get("/users/7").await.status(), 401);
        log_in(&mut client, &manager, PLAIN).await;
        assert_eq!(client.get("/users/7").await.text(), "user 7 for 1");
        assert_eq!(client.get("/users/seven").await.status(), 400);
    }
}
