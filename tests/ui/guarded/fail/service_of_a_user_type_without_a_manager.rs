use login_runtime::{
    LoginManager, LoginRequiredLayer, UserMixin,
    guarded::{Router, protected_by},
};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct Admin {
    id: u32,
}

fn files() -> axum::Router {
    axum::Router::new()
}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new()
        .nest_service("/files", protected_by(LoginRequiredLayer::new().user::<Admin>(), files()))
        .with_login(login_manager)
}

fn main() {}
