use login_runtime::login_required;

use axum::response::IntoResponse;

#[login_required]
fn dashboard() -> impl IntoResponse {
    "Hi!"
}

fn main() {}
