use login_runtime::{LoginManager, UserMixin, guarded::Router};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().nest_service("/files", axum::Router::<()>::new()).with_login(login_manager)
}

fn main() {}
