use login_runtime::{LoginManager, UserMixin, guarded::{Router, get}, login_required};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[login_required]
async fn page() {}

async fn serve(listener: tokio::net::TcpListener) -> std::io::Result<()> {
    let app: Router<LoginManager<User>> = Router::new().route("/", get(page));
    axum::serve(listener, app).await
}

fn main() {}
