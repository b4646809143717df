use login_runtime::{guarded::{Router, get}, login_required};

#[login_required]
async fn page() {}

fn app() -> axum::Router {
    Router::new().route("/", get(page))
}

fn main() {}
