use axum::handler::Handler as _;
use login_runtime::{LoginManager, LoginRequiredLayer, UserMixin, guarded::{Router, get}};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn page() {}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    let guarded = page.layer(LoginRequiredLayer::new());
    Router::new().route("/", get(guarded)).with_login(login_manager)
}

fn main() {}
