use login_runtime::login_required;

use axum::{Router, routing::get};

struct Admin;

#[login_required(user = Admin)]
async fn dashboard() {}

fn main() {
    let _: Router = Router::new().route("/", get(dashboard));
}
