//! A loader that asks for the login it is loading gets an answer, and so does the request.

use std::convert::Infallible;

use axum::{Router, routing::get};
use login_runtime::{
    CurrentUser, LoginManager, SecretKey, UserMixin, login_required, request_loader,
    store::MemoryStore, testing::TestClient, user_loader,
};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[user_loader]
async fn load_user(id: u32, current_user: CurrentUser<User>) -> Result<Option<User>, Infallible> {
    Ok(current_user.is_anonymous().then_some(User { id }))
}

#[request_loader]
async fn load_by_request(current_user: CurrentUser<User>) -> Option<User> {
    current_user.user().cloned()
}

#[login_required]
async fn page() -> &'static str {
    "page"
}

#[tokio::test]
async fn a_loader_that_asks_for_its_own_login_is_answered_with_500() {
    let key = || SecretKey::generate().expect("random bytes");
    let by_id = LoginManager::builder(load_user, MemoryStore::new()).secret_key(key());
    let by_request = LoginManager::builder_from_requests(MemoryStore::new())
        .request_loader(load_by_request)
        .secret_key(key());
    for builder in [by_id, by_request] {
        let manager = builder.build().expect("settings that agree");
        let app = Router::new().route("/", get(page)).layer(manager.layer());
        let mut client = TestClient::new(app);
        client.add(&manager.test_login(&User { id: 1 }).await.expect("a login"));
        assert_eq!(client.get("/").await.status(), 500);
    }
}
