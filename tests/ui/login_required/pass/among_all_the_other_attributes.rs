use axum::{Router, routing::get};
use login_runtime::login_required;

/// The dashboard.
#[utoipa::path(get, path = "/", responses((status = 200)))]
#[cfg(not(any()))]
#[login_required]
#[doc(alias = "home")]
#[tracing::instrument]
#[allow(clippy::unused_async)]
#[axum::debug_handler]
#[inline]
/// For everybody who is logged in.
async fn dashboard(#[allow(unused)] method: axum::http::Method) -> &'static str {
    "Hi!"
}

#[cfg(any())]
#[login_required]
async fn dashboard(_: DoesNotExist) {}

#[cfg_attr(not(any()), login_required)]
async fn settings() {}

fn main() {
    let _: Router = Router::new().route("/", get(dashboard)).route("/settings", get(settings));
}
