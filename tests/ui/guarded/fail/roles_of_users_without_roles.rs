use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}, roles_required};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[roles_required("admin")]
async fn page() {}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get(page)).with_login(login_manager)
}

fn main() {}
