use login_runtime::{
    LoginManager, UserMixin, fresh_login_required,
    guarded::{Router, get},
    permissions_required, public, roles_required,
};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
    #[login(permissions)]
    permissions: Vec<String>,
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct Admin {
    id: u32,
    #[login(roles)]
    roles: Vec<String>,
}

#[public]
async fn home() {}

#[permissions_required("orders:read", user = User)]
#[roles_required("owner", user = Admin)]
#[fresh_login_required(user = Admin)]
async fn page() {}

fn app(users: &LoginManager<User>, admins: &LoginManager<Admin>) -> axum::Router {
    Router::new().route("/", get(home)).route("/page", get(page)).with_login((users, admins))
}

fn main() {}
