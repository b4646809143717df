use std::future::{Ready, ready};

use axum::response::{IntoResponse as _, Response};
use axum_extra::handler::HandlerCallWithExtractors;
use login_runtime::{LoginManager, UserMixin, guard::LoginRequired, guarded::{Router, get}};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[derive(Clone)]
struct Page;

impl HandlerCallWithExtractors<((), LoginRequired), ()> for Page {
    type Future = Ready<Response>;

    fn call(self, _: ((), LoginRequired), (): ()) -> Ready<Response> {
        ready("a page".into_response())
    }
}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    Router::new().route("/", get(Page.into_handler())).with_login(login_manager)
}

fn main() {}
