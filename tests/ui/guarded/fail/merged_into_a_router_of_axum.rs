use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}, login_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[login_required]
async fn page() {}

fn app() -> axum::Router {
    let routes: Router<LoginManager<User>> = Router::new().route("/", get(page));
    axum::Router::new().merge(routes)
}

fn main() {}
