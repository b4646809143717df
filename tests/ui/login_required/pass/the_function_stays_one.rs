use axum::handler::Handler;
use login_runtime::{LoggedIn, UserMixin, guard::LoginRequired, login_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[login_required]
async fn length(text: String) -> usize {
    text.len()
}

#[login_required(user = User)]
async fn typed(_: LoggedIn<User>) {}

fn is_handler<T>(_: impl Handler<T, ()>) {}

#[tokio::main]
async fn main() {
    // It is called with a guard that tests can make, and returns what it says.
    let four: usize = length(LoginRequired::for_test(), "four".to_owned()).await;
    assert_eq!(four, 4);
    let _: fn(LoginRequired<User>, LoggedIn<User>) -> _ = typed;
    is_handler(typed);
}
