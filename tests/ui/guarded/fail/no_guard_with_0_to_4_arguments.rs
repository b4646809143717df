use axum::http::Method;
use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn with_0() {}
async fn with_1(_: Method) {}
async fn with_2(_: Method, _: Method) {}
async fn with_3(_: Method, _: Method, _: Method) {}
async fn with_4(_: Method, _: Method, _: Method, _: Method) {}
fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new()
        .route("/0", get(with_0))
        .route("/1", get(with_1))
        .route("/2", get(with_2))
        .route("/3", get(with_3))
        .route("/4", get(with_4))
        .with_login(login_manager)
}

fn main() {}
