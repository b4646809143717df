use std::{fmt::Display, future::Future, pin::Pin};

use axum::{
    Json, Router,
    extract::{FromRequestParts, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use login_runtime::{LoggedIn, UserMixin, login_required};

#[derive(Clone)]
struct Db;

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[login_required]
async fn nothing() {}

#[login_required]
pub(crate) async fn state_and_body(
    user: LoggedIn<User>,
    State(_db): State<Db>,
    Query(mut query): Query<Vec<(String, String)>>,
    Json(order): Json<String>,
) -> Result<impl IntoResponse, StatusCode> {
    query.push((user.id.to_string(), order));
    if query.len() > 1 {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(Json(query))
}

#[login_required]
async fn generic<T>(State(db): State<T>) -> String
where
    T: Display,
{
    db.to_string()
}

#[login_required]
async fn const_generic<const N: usize>() -> Html<String> {
    Html("x".repeat(N))
}

#[login_required]
async fn opaque_argument(user: impl FromRequestParts<Db>) {
    drop(user);
}

#[login_required]
fn opaque_future() -> impl Future<Output = Response> + Send {
    std::future::ready("hi".into_response())
}

#[login_required]
fn boxed_future(user: LoggedIn<User>) -> Pin<Box<dyn Future<Output = String> + Send>> {
    Box::pin(async move { user.get_id() })
}

type Later<T> = Pin<Box<dyn Future<Output = T> + Send>>;

#[login_required]
fn aliased_future() -> Later<()> {
    Box::pin(async {})
}

#[login_required]
async fn r#move(r#type: LoggedIn<User>) -> String {
    r#type.get_id()
}

fn main() {
    let _: Router<Db> = Router::new()
        .route("/1", get(nothing))
        .route("/2", post(state_and_body))
        .route("/4", get(const_generic::<7>))
        .route("/6", get(opaque_future))
        .route("/7", get(boxed_future))
        .route("/8", get(aliased_future))
        .route("/9", get(r#move));
    let _: Router<String> = Router::new().route("/3", get(generic::<String>));
    // The type of an opaque argument is inferred.
    let _ = |guard, db: State<Db>| opaque_argument(guard, db);
}
