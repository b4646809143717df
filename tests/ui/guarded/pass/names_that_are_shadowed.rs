#![no_implicit_prelude]
#![allow(dead_code)]

use ::login_runtime::{
    LoginManager, UserMixin,
    guarded::{Router, get},
    login_required, permissions_accepted, permissions_required, public, roles_accepted,
    roles_required,
};

struct Result;
struct Option;
struct Some;
struct None;
struct Ok;
struct Err;
struct Box;
struct String;
struct Vec;
struct Public;
struct AnyLogin;
struct NoLogin;
struct Both;
struct PackedText;
struct LoginRequired;
struct RolesRequired;
mod core {}
mod std {}
mod login_runtime {}

#[derive(::login_runtime::Role)]
enum Role {
    Admin,
    r#Self_,
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
    #[login(roles)]
    roles: [Role; 1],
    #[login(permissions)]
    permissions: ::std::collections::BTreeSet<::std::string::String>,
}

#[public]
async fn home() {}

#[login_required(via = "session", user = User)]
#[roles_required(Role::Admin, "owner")]
#[roles_accepted("a", "b")]
#[roles_accepted(Role::Admin)]
#[permissions_required("orders:read")]
#[permissions_accepted("orders:write")]
async fn page(_: ::axum::http::Method) {}

#[login_required(via = "request")]
async fn api() {}

fn app(login_manager: &LoginManager<User>) -> ::axum::Router {
    Router::new()
        .route("/", get(home))
        .route("/page", get(page))
        .route("/api", get(api))
        .with_login(login_manager)
}

fn main() {}
