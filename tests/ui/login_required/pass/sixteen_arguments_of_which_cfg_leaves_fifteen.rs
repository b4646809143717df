use axum::{Router, http::Method, routing::get};
use login_runtime::login_required;

#[login_required]
async fn dashboard(
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    _: Method,
    #[cfg(any())] _: Method,
    #[cfg(not(any()))] body: String,
) -> String {
    body
}

fn main() {
    let _: Router = Router::new().route("/", get(dashboard));
}
