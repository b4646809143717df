use std::future::{Ready, ready};

use axum::{extract::Request, handler::Handler, response::{IntoResponse as _, Response}};
use login_runtime::{LoginManager, UserMixin, guard::LoginRequired, guarded::{Router, get}};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[derive(Clone)]
struct Page;

impl Handler<((), LoginRequired), ()> for Page {
    type Future = Ready<Response>;

    fn call(self, _: Request, (): ()) -> Ready<Response> {
        ready("a page without a login".into_response())
    }
}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get(Page)).with_login(login_manager)
}

fn main() {}
