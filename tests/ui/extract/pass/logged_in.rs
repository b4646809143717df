use axum::{Json, Router, routing::get};
use login_runtime::{LoggedIn, UserMixin, guard::LoginRequired, login_required};

#[derive(Clone, Debug, PartialEq, serde::Serialize, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

// The user is cloned, not the extractor.
#[login_required]
async fn cloned(user: LoggedIn<User>) -> String {
    let mut user: User = user.clone();
    user.id += 1;
    user.get_id()
}

#[login_required]
async fn me(user: LoggedIn<User>) -> Json<LoggedIn<User>> {
    Json(user)
}

fn main() {
    let _: Router = Router::new().route("/", get(cloned)).route("/me", get(me));
    let user = LoggedIn::for_test(User { id: 7 });
    assert_eq!(*user, User { id: 7 });
    assert_eq!(serde_json::to_string(&user).unwrap(), r#"{"id":7}"#);
    drop(cloned(LoginRequired::for_test(), user));
}
