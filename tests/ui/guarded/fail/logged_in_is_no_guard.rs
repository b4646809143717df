use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}, LoggedIn};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn page(user: LoggedIn<User>) -> String {
    user.get_id()
}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get(page)).with_login(login_manager)
}

fn main() {}
