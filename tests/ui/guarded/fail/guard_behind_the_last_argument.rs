use login_runtime::{LoginManager, UserMixin, guard::LoginRequired, guarded::{Router, get}};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn page(_: String, _: LoginRequired) {}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get(page)).with_login(login_manager)
}

fn main() {}
