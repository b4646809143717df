#![no_implicit_prelude]
#![allow(dead_code)]

use ::login_runtime::{UserMixin, request_loader, user_loader};

struct Result;
struct Option;
struct Some;
struct None;
struct Send;
struct Future;
struct Cow;
trait ToId {}
mod core {}
mod std {}
mod login_runtime {}

#[derive(UserMixin)]
struct User {
    #[login(id)]
    name: &'static str,
    #[login(active)]
    active: bool,
    #[login(auth_hash)]
    hash: [u8; 4],
}

#[user_loader]
async fn load_user(_: i64) -> ::core::option::Option<User> {
    ::core::option::Option::None
}

#[request_loader(header = "x-key")]
async fn load_by_key(_: i64) -> ::core::option::Option<User> {
    ::core::option::Option::None
}

fn main() {
    let user = User { name: "ada", active: true, hash: [1, 2, 3, 4] };
    ::core::assert_eq!(user.get_id(), "ada");
    ::core::assert!(user.is_active());
    ::core::assert_eq!(user.auth_hash().as_deref(), ::core::option::Option::Some(&[1, 2, 3, 4][..]));
}
