use axum_extra::handler::HandlerCallWithExtractors as _;
use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}, login_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[login_required]
async fn dashboard() {}

async fn undecided() {}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get(dashboard.or(undecided))).with_login(login_manager)
}

fn main() {}
