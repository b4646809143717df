use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}, login_required, roles_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct Admin {
    id: u32,
    #[login(roles)]
    roles: Vec<String>,
}

#[login_required(user = User)]
#[roles_required("owner", user = Admin)]
async fn page() {}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get(page)).with_login(login_manager)
}

fn main() {}
