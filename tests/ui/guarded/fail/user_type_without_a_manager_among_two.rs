use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}, login_required};

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

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct Guest {
    id: u32,
}

#[login_required(user = Guest)]
async fn page() {}

fn app(users: &LoginManager<User>, admins: &LoginManager<Admin>) -> axum::Router {
    Router::new().route("/", get(page)).with_login((users, admins))
}

fn main() {}
