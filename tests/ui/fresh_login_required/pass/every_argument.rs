use axum::{Router, routing::get};
use login_runtime::{UserMixin, fresh_login_required, guard::FreshLoginRequired};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[fresh_login_required]
async fn plain() {}

#[fresh_login_required()]
async fn parentheses() {}

#[fresh_login_required(within = "90s")]
async fn seconds() {}

#[fresh_login_required(within = r"1d2h3m4s",)]
async fn combined() {}

#[fresh_login_required(user = User)]
async fn typed() {}

#[fresh_login_required(user = self::User, within = "2h", crate = ::login_runtime)]
async fn everything() {}

fn main() {
    let _: fn(FreshLoginRequired) -> _ = plain;
    let _: fn(FreshLoginRequired<90>) -> _ = seconds;
    let _: fn(FreshLoginRequired<93_784>) -> _ = combined;
    let _: fn(FreshLoginRequired<0, User>) -> _ = typed;
    let _: fn(FreshLoginRequired<7_200, User>) -> _ = everything;
    let _: Router = Router::new()
        .route("/1", get(plain))
        .route("/2", get(parentheses))
        .route("/3", get(seconds))
        .route("/4", get(combined))
        .route("/5", get(typed))
        .route("/6", get(everything));
    assert_eq!(User { id: 1 }.get_id(), "1");
}
