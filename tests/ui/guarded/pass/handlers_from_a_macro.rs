use login_runtime::{
    LoginManager, UserMixin,
    guarded::{MethodRouter, Router, get},
};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
    #[login(roles)]
    roles: Vec<String>,
}

macro_rules! pages {
    ($($(#[$guard:meta])+ $name:ident => $text:expr;)*) => {
        $(
            $(#[$guard])+
            async fn $name() -> &'static str {
                $text
            }
        )*

        fn routes() -> Vec<(&'static str, MethodRouter<LoginManager<User>>)> {
            vec![$((concat!("/", stringify!($name)), get($name))),*]
        }
    };
}

pages! {
    #[login_runtime::public]
    home => "Hi!";
    #[login_runtime::login_required]
    #[login_runtime::roles_required("admin")]
    settings => concat!("Your ", "settings");
}

fn app(login_manager: &LoginManager<User>) -> axum::Router {
    let router = routes().into_iter().fold(Router::new(), |router, (path, methods)| {
        router.route(path, methods)
    });
    router.with_login(login_manager)
}

fn main() {}
