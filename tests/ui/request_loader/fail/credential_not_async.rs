use login_runtime::{UserMixin, request_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

use std::future::{Ready, ready};

#[request_loader(bearer)]
fn load(token: String) -> Ready<Option<User>> {
    let _ = token;
    ready(None)
}

fn main() {}
