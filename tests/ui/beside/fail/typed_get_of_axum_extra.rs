use axum_extra::routing::{RouterExt as _, TypedPath};
use login_runtime::login_required;

#[derive(TypedPath, serde::Deserialize)]
#[typed_path("/users/{id}")]
struct UserPath {
    id: u32,
}

#[login_required]
async fn user(path: UserPath) -> String {
    path.id.to_string()
}

fn app() -> axum::Router {
    axum::Router::new().typed_get(user)
}

fn main() {}
