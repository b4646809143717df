use axum::{Router, routing::get};
use login_runtime::{LoggedIn, UserMixin, login_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[tracing::instrument(skip(user), fields(user = user.id), err(Debug))]
#[login_required]
async fn dashboard(user: LoggedIn<User>) -> Result<String, String> {
    Ok(user.get_id())
}

fn main() {
    let _: Router = Router::new().route("/", get(dashboard));
}
