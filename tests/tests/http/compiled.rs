//! `PageContext` and `Compiled`: the visitor and the messages in a template of another engine.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use askama::Template;
use axum::{
    Router,
    extract::State,
    routing::{get, post},
};
use login_runtime::{
    Compiled, Flash, LoginError, LoginManager, LoginSession, PageContext, SecretKey, UserMixin,
    store::MemoryStore, testing::TestClient, user_loader,
};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
    name: &'static str,
}

const ADA: User = User {
    id: 7,
    name: "<b>Ada</b>",
};

type Broken = Arc<AtomicBool>;

#[user_loader]
async fn load_user(id: u32, State(broken): State<Broken>) -> Result<Option<User>, &'static str> {
    match broken.load(Ordering::SeqCst) {
        true => Err("the database is down"),
        false => Ok((id == 7).then_some(ADA)),
    }
}

#[derive(Template)]
#[template(
    ext = "html",
    source = "
{%- for message in page.get_flashed_messages() %}[{{ message.category }}: {{ message.text }}]{% endfor %}
{%- for message in page.get_flashed_messages() %}({{ message.text }}){% endfor %}
{%- if let Some(user) = page.current_user().user() %}Hi {{ user.name }}!{% else %}Hi, stranger.{% endif %}"
)]
struct Home {
    page: PageContext<User>,
}

async fn home(page: PageContext<User>) -> Compiled<Home> {
    Compiled(Home { page })
}

/// Shows the user who has just logged in.
async fn login(
    session: LoginSession<User>,
    page: PageContext<User>,
) -> Result<Compiled<Home>, LoginError> {
    session.login_user(&ADA).await?;
    Ok(Compiled(Home { page }))
}

async fn leave(flash: Flash) -> Result<(), LoginError> {
    flash.flash("<saved>", "success")
}

/// Takes the page and asks for no message: it waits on.
async fn silent(_: PageContext<User>) {}

struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

#[derive(Template)]
#[template(ext = "html", source = "secret {{ value }}")]
struct Failing {
    value: Unreadable,
}

async fn failing() -> Compiled<Failing> {
    Compiled(Failing { value: Unreadable })
}

fn app(broken: &Broken) -> Router {
    let login_manager = LoginManager::builder(load_user, MemoryStore::new())
        .secret_key(SecretKey::generate().expect("randomness"))
        .with_state(Arc::clone(broken))
        .build()
        .expect("settings that agree");
    Router::new()
        .route("/", get(home))
        .route("/login", post(login))
        .route("/leave", post(leave))
        .route("/silent", get(silent))
        .route("/failing", get(failing))
        .layer(login_manager.layer())
}

#[tokio::test]
async fn a_compiled_template_knows_who_is_asking() {
    let broken = Broken::default();
    let mut client = TestClient::new(app(&broken));
    let page = client.get("/").await;
    assert_eq!(page.text(), "Hi, stranger.");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    let hi = "Hi &#60;b&#62;Ada&#60;/b&#62;!";
    assert_eq!(client.post("/login", &[]).await.text(), hi);
    let page = client.get("/").await;
    assert_eq!(
        (page.text().as_str(), page.header("cache-control")),
        (hi, "no-store")
    );
    broken.store(true, Ordering::SeqCst);
    assert_eq!(client.get("/").await.status(), 503);
}

#[tokio::test]
async fn messages_are_shown_by_the_page_that_asks_and_by_one() {
    let mut client = TestClient::new(app(&Broken::default()));
    client.post("/leave", &[]).await;
    assert_eq!(client.get("/silent").await.status(), 200);
    let page = client.get("/").await;
    let shown = "[success: &#60;saved&#62;](&#60;saved&#62;)Hi, stranger.";
    assert_eq!(
        (page.text().as_str(), page.header("cache-control")),
        (shown, "no-store")
    );
    assert_eq!(client.get("/").await.text(), "Hi, stranger.");
}

#[tokio::test]
async fn a_page_that_fails_tells_the_visitor_nothing() {
    let mut client = TestClient::new(app(&Broken::default()));
    let page = client.get("/failing").await;
    assert_eq!((page.status(), page.text().as_str()), (500, ""));
}
