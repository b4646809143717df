use axum::http::Method;
use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn with_10(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_11(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_12(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_13(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_14(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
async fn with_15(_: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method, _: Method) {}
fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new()
        .route("/10", get(with_10))
        .route("/11", get(with_11))
        .route("/12", get(with_12))
        .route("/13", get(with_13))
        .route("/14", get(with_14))
        .route("/15", get(with_15))
        .with_login(login_manager)
}

fn main() {}
