extern crate login_runtime as accounts;

use accounts::{LoggedIn, UserMixin, fresh_login_required, login_required};
use axum::{Router, routing::get};

#[derive(UserMixin)]
#[login(no_auth_hash, crate = accounts)]
struct User {
    id: i64,
}

#[login_required(crate = accounts)]
async fn dashboard(user: LoggedIn<User>) -> String {
    user.id.to_string()
}

#[fresh_login_required(crate = ::accounts, within = "10m")]
async fn settings() {}

fn main() {
    let _: Router = Router::new().route("/", get(dashboard)).route("/settings", get(settings));
}
