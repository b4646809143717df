use login_runtime::{guarded::{Router, get}, login_required};

#[derive(Clone)]
struct AppState;

#[login_required]
async fn page() {}

#[login_required]
async fn other_page() {}

fn api() -> Router<AppState> {
    Router::new().route("/", get(page)).route("/other", get(other_page))
}

fn main() {}
