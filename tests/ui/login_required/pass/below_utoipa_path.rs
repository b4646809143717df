use axum::{Router, extract::Path, routing::get};
use login_runtime::login_required;
use utoipa::OpenApi as _;

/// One order.
#[utoipa::path(get, path = "/orders/{id}", params(("id" = i64, Path)), responses((status = 200)))]
#[login_required]
async fn order(Path(id): Path<i64>) -> String {
    id.to_string()
}

#[derive(utoipa::OpenApi)]
#[openapi(paths(order))]
struct Api;

fn main() {
    let _: Router = Router::new().route("/orders/{id}", get(order));
    assert!(Api::openapi().paths.paths.contains_key("/orders/{id}"));
}
