#![no_implicit_prelude]
#![allow(dead_code)]

use ::axum::{Router, routing::get};
use ::login_runtime::{fresh_login_required, login_required};

struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct String;
struct LoginRequired;
struct FreshLoginRequired;
mod core {}
mod std {}
mod login_runtime {}

#[login_required]
async fn dashboard() -> &'static str {
    "Hi!"
}

#[fresh_login_required(within = "1d")]
async fn settings(_: ::axum::http::Method) {}

fn main() {
    let _: Router = Router::new().route("/", get(dashboard)).route("/settings", get(settings));
}
