use login_runtime::{LoginManager, UserMixin, guarded::Router};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

async fn page() {}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().fallback(page).with_login(login_manager)
}

fn main() {}
