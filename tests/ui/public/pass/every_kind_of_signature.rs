use axum::{Router, extract::State, response::IntoResponse, routing::get};
use login_runtime::{guard::Public, public};

#[public]
async fn home() -> &'static str {
    "Welcome."
}

#[public(crate = ::login_runtime)]
#[axum::debug_handler(state = u8)]
async fn state(State(state): State<u8>) -> impl IntoResponse {
    state.to_string()
}

#[tracing::instrument]
#[public]
fn future() -> std::future::Ready<()> {
    std::future::ready(())
}

#[tokio::main]
async fn main() {
    assert_eq!(home(Public::for_test()).await, "Welcome.");
    let _: Router<u8> =
        Router::new().route("/", get(home)).route("/1", get(state)).route("/2", get(future));
}
