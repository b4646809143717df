use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get("Hi!")).with_login(login_manager)
}

fn main() {}
