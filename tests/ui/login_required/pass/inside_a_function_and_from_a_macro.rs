use axum::{Router, routing::get};
use login_runtime::login_required;

macro_rules! pages {
    ($($name:ident => $text:expr;)*) => {
        $(
            #[login_required]
            async fn $name() -> &'static str {
                $text
            }
        )*
    };
}

pages! {
    dashboard => "Hi!";
    settings => concat!("Your ", "settings");
}

fn app() -> Router {
    #[login_required]
    async fn local() {}

    Router::new()
        .route("/", get(dashboard))
        .route("/settings", get(settings))
        .route("/local", get(local))
}

fn main() {
    let _ = app();
}
