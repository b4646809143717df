use axum::{Router, routing::get};

mod web {
    pub mod framework {
        pub use login_runtime as login;
    }
}

// A macro of the framework's own, as `$crate` would be.
macro_rules! protected {
    ($vis:vis $name:ident -> $output:ty $body:block) => {
        #[web::framework::login::login_required(crate = $crate::web::framework::login)]
        $vis async fn $name() -> $output $body
    };
}

protected!(pub(crate) dashboard -> &'static str { "Hi!" });

fn main() {
    let _: Router = Router::new().route("/", get(dashboard));
}
