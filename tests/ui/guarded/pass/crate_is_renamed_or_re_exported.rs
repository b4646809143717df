extern crate login_runtime as accounts;

mod framework {
    pub use login_runtime as login;
}

use accounts::{
    LoginManager, Role, UserMixin,
    guarded::{Router, get},
};

#[derive(Role)]
#[role(crate = accounts)]
enum Role {
    Admin,
}

#[derive(UserMixin)]
#[login(no_auth_hash, crate = accounts)]
struct User {
    id: u32,
    #[login(roles)]
    roles: Vec<Role>,
    #[login(permissions)]
    permissions: Vec<String>,
}

#[accounts::public(crate = accounts)]
async fn home() {}

#[framework::login::login_required(via = "session", crate = framework::login)]
#[accounts::roles_required(Role::Admin, crate = accounts)]
#[accounts::permissions_accepted("a", crate = ::accounts)]
async fn page() {}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get(home)).route("/page", get(page)).with_login(login_manager)
}

fn main() {}
