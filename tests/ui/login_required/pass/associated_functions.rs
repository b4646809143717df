use axum::{Router, routing::get};
use login_runtime::{LoggedIn, UserMixin, login_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

struct Pages<T>(T);

impl<T: Default + Send + 'static> Pages<T> {
    const TITLE: &'static str = "Dashboard";

    #[login_required]
    async fn dashboard() -> &'static str {
        let _ = Self(T::default());
        Self::TITLE
    }

    /// Two in one impl block: the macro adds no items that could collide.
    #[login_required(user = User)]
    pub async fn settings(user: LoggedIn<User>) -> String {
        user.get_id()
    }
}

fn main() {
    let _: Router = Router::new()
        .route("/", get(Pages::<u8>::dashboard))
        .route("/settings", get(Pages::<u8>::settings));
}
