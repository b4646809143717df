use axum::{Json, Router, extract::State, routing::post};
use login_runtime::{LoggedIn, UserMixin, login_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[login_required]
#[axum::debug_handler]
async fn place(user: LoggedIn<User>, State(_): State<u8>, Json(order): Json<String>) -> String {
    format!("{}: {order}", user.id)
}

fn main() {
    let _: Router<u8> = Router::new().route("/", post(place));
}
