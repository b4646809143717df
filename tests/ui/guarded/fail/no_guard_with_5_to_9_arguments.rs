use axum::http::Method;
use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn with_5(_: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_6(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_7(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_8(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_9(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new()
        .route("/5", get(with_5))
        .route("/6", get(with_6))
        .route("/7", get(with_7))
        .route("/8", get(with_8))
        .route("/9", get(with_9))
        .with_login(login_manager)
}

fn main() {}
