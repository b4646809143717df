//! `current_user` and `get_flashed_messages` in templates, with real logins.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    extract::{FromRef, State},
    response::{Html, Redirect},
    routing::{get, post},
};
use login_runtime::{
    Flash, LoginError, LoginManager, LoginSession, SecretKey, TemplateError, Templates, UserMixin,
    login_required,
    store::MemoryStore,
    testing::{TestClient, TestCookies},
    user_loader,
};
use minijinja::Environment;

#[derive(Clone, UserMixin, serde::Serialize)]
struct User {
    id: u32,
    name: String,
    #[login(auth_hash)]
    #[serde(skip)]
    password_hash: String,
}

fn ada() -> User {
    User {
        id: 7,
        name: "<b>Ada</b>".to_owned(),
        password_hash: "argon2-of-ada".to_owned(),
    }
}

#[derive(Clone, Default)]
struct Loads {
    count: Arc<AtomicUsize>,
    broken: Arc<AtomicBool>,
}

#[derive(Clone, FromRef)]
struct App {
    environment: Arc<Environment<'static>>,
    loads: Loads,
}

#[user_loader]
async fn load_user(id: u32, State(loads): State<Loads>) -> Result<Option<User>, &'static str> {
    loads.count.fetch_add(1, Ordering::SeqCst);
    if loads.broken.load(Ordering::SeqCst) {
        return Err("the database is down");
    }
    Ok((id == 7).then(ada))
}

type Page = Result<Html<String>, TemplateError>;

async fn home(templates: Templates<User>) -> Page {
    templates.render("home.html", ())
}

async fn messages(templates: Templates<User>) -> Page {
    templates.render("messages.html", ())
}

async fn twice(templates: Templates<User>) -> Page {
    let first = templates.render("messages.html", ())?;
    let second = templates.render("messages.html", ())?;
    Ok(Html(format!("{}|{}", first.0, second.0)))
}

#[login_required]
async fn secret(templates: Templates<User>) -> Page {
    templates.render("home.html", ())
}

async fn flash(flash: Flash) -> Result<Redirect, LoginError> {
    flash.flash("Saved <it>.", "success")?;
    Ok(Redirect::to("/messages"))
}

async fn flash_and_show(flash: Flash, templates: Templates<User>) -> Result<Page, LoginError> {
    flash.flash("At once.", "message")?;
    Ok(templates.render("messages.html", ()))
}

async fn log_in(
    session: LoginSession<User>,
    templates: Templates<User>,
) -> Result<Page, LoginError> {
    session.login_user(&ada()).await?;
    Ok(templates.render("home.html", ()))
}

async fn log_out(
    session: LoginSession<User>,
    templates: Templates<User>,
) -> Result<Page, LoginError> {
    session.logout_user().await?;
    Ok(templates.render("home.html", ()))
}

async fn plain() -> &'static str {
    "nothing is rendered here"
}

struct Site {
    client: TestClient,
    loads: Loads,
    login: TestCookies,
}

async fn site() -> Site {
    let mut environment = Environment::new();
    for (name, source) in [
        (
            "home.html",
            "{% if current_user.is_authenticated %}Hi {{ current_user.name }}!{% else %}Hi.\
             {% endif %}[{{ current_user.password_hash }}]{{ current_user }}{{ debug() }}",
        ),
        (
            "messages.html",
            "{% for category, text in get_flashed_messages(with_categories=true) %}\
             {{ category }}={{ text }};{% endfor %}",
        ),
    ] {
        environment
            .add_template(name, source)
            .expect("a valid template");
    }
    let loads = Loads::default();
    let state = App {
        environment: Arc::new(environment),
        loads: loads.clone(),
    };
    let manager = LoginManager::builder(load_user, MemoryStore::new())
        .secret_key(SecretKey::generate().expect("randomness"))
        .login_view("/login")
        .with_state(state.clone())
        .build()
        .expect("a manager");
    let app = Router::new()
        .route("/", get(home))
        .route("/messages", get(messages))
        .route("/twice", get(twice))
        .route("/secret", get(secret))
        .route("/flash", post(flash))
        .route("/flash-and-show", post(flash_and_show))
        .route("/log-in", post(log_in))
        .route("/log-out", post(log_out))
        .route("/plain", get(plain))
        .with_state(state)
        .layer(manager.layer());
    let login = manager.test_login(&ada()).await.expect("a login");
    Site {
        client: TestClient::new(app),
        loads,
        login,
    }
}

#[tokio::test]
async fn templates_know_who_is_logged_in() {
    let Site {
        mut client,
        loads,
        login,
    } = site().await;
    let page = client.get("/").await;
    assert_eq!((page.status(), &page.text()[..5]), (200, "Hi.[]"));
    assert_eq!(
        loads.count.load(Ordering::SeqCst),
        0,
        "a visitor without cookies loads nobody"
    );

    client.add(&login);
    let page = client.get("/").await;
    let greeting = "Hi &lt;b&gt;Ada&lt;&#x2f;b&gt;!";
    assert!(page.text().starts_with(greeting), "{}", page.text());
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("vary"), "cookie");

    let page = client.get("/secret").await;
    assert!(page.text().starts_with(greeting), "{}", page.text());
    assert_eq!(
        loads.count.load(Ordering::SeqCst),
        2,
        "once per request, guard and page together"
    );
}

#[tokio::test]
async fn a_skipped_field_is_never_rendered() {
    let Site {
        mut client, login, ..
    } = site().await;
    client.add(&login);
    let page = client.get("/").await.text();
    assert!(
        page.contains("[]") && page.contains("is_authenticated"),
        "{page}"
    );
    assert!(!page.contains("argon2"), "{page}");
}

#[tokio::test]
async fn who_logs_in_or_out_is_seen_by_the_page_that_answers() {
    let Site {
        mut client, loads, ..
    } = site().await;
    let page = client.post("/log-in", &[]).await.text();
    assert!(page.starts_with("Hi &lt;b&gt;Ada"), "{page}");
    assert_eq!(loads.count.load(Ordering::SeqCst), 0);

    let page = client.post("/log-out", &[]).await.text();
    assert!(page.starts_with("Hi.[]"), "{page}");
    assert!(client.get("/").await.text().starts_with("Hi.[]"));
}

#[tokio::test]
async fn messages_are_shown_once_and_never_cached() {
    let Site { mut client, .. } = site().await;
    assert_eq!(client.post("/flash", &[]).await.status(), 303);
    assert!(client.cookies().get("_flash").is_some());

    let page = client.get("/").await;
    assert_eq!(
        page.header("cache-control"),
        "",
        "a page that shows no message is like any other"
    );
    assert!(
        client.cookies().get("_flash").is_some(),
        "what was not shown still waits"
    );

    let page = client.get("/messages").await;
    assert_eq!(page.text(), "success=Saved &lt;it&gt;.;");
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(client.cookies().get("_flash").is_none());

    let page = client.get("/messages").await;
    assert_eq!(
        (page.text().as_str(), page.header("cache-control")),
        ("", "")
    );
}

#[tokio::test]
async fn one_request_shows_its_messages_in_every_page_that_it_renders() {
    let Site { mut client, .. } = site().await;
    client.post("/flash", &[]).await;
    assert_eq!(
        client.get("/twice").await.text(),
        "success=Saved &lt;it&gt;.;|success=Saved &lt;it&gt;.;"
    );

    let page = client.post("/flash-and-show", &[]).await;
    assert_eq!(page.text(), "message=At once.;");
    assert!(client.cookies().get("_flash").is_none());
}

#[tokio::test]
async fn a_refused_visitor_finds_the_reason_on_the_next_page() {
    let Site { mut client, .. } = site().await;
    let refused = client.get("/secret").await;
    assert_eq!(
        (refused.status(), refused.header("location")),
        (303, "/login?next=%2Fsecret")
    );
    let page = client.get("/messages").await;
    assert_eq!(page.text(), "message=Please log in to access this page.;");
}

#[tokio::test]
async fn a_handler_that_does_not_render_pays_nothing() {
    let Site {
        mut client,
        loads,
        login,
    } = site().await;
    client.add(&login);
    client.post("/flash", &[]).await;
    let page = client.get("/plain").await;
    assert_eq!(loads.count.load(Ordering::SeqCst), 0);
    for header in ["cache-control", "vary", "set-cookie"] {
        assert_eq!(page.header(header), "", "{header}");
    }
    assert!(client.cookies().get("_flash").is_some());
}

#[tokio::test]
async fn a_page_for_whom_nobody_can_tell_is_503() {
    let Site {
        mut client,
        loads,
        login,
    } = site().await;
    client.add(&login);
    loads.broken.store(true, Ordering::SeqCst);
    let page = client.get("/").await;
    assert_eq!(page.status(), 503);
    assert!(page.cookies().is_empty());
    loads.broken.store(false, Ordering::SeqCst);
    assert!(client.get("/").await.text().starts_with("Hi &lt;b&gt;Ada"));
}

#[tokio::test]
async fn a_missing_layer_is_500() {
    let environment = Arc::new(Environment::new());
    let app = Router::new().route("/", get(home)).with_state(App {
        environment,
        loads: Loads::default(),
    });
    assert_eq!(TestClient::new(app).get("/").await.status(), 500);
}

#[derive(Clone, UserMixin, serde::Serialize)]
#[login(no_auth_hash)]
struct Admin {
    id: u32,
}

#[user_loader]
async fn load_admin(id: u32) -> Result<Option<Admin>, Infallible> {
    Ok(Some(Admin { id }))
}

/// Two managers around one page: it asks for users of the outer one, and shows the messages of
/// both.
#[tokio::test]
async fn messages_of_every_manager_are_shown() {
    let mut environment = Environment::new();
    let source = "{{ current_user.id }}:{{ get_flashed_messages()|join(',') }}";
    environment
        .add_template("page.html", source)
        .expect("a valid template");
    let state = App {
        environment: Arc::new(environment),
        loads: Loads::default(),
    };
    let outer = LoginManager::builder(load_user, MemoryStore::new())
        .secret_key(SecretKey::generate().expect("randomness"))
        .login_view("/login")
        .login_message("for users")
        .with_state(state.clone())
        .build()
        .expect("a manager");
    let inner = LoginManager::builder(load_admin, MemoryStore::new())
        .secret_key(SecretKey::generate().expect("randomness"))
        .realm("admin")
        .login_view("/admin/login")
        .login_message("for admins")
        .build()
        .expect("a manager");
    #[login_required(user = User)]
    async fn users_only() {}
    #[login_required(user = Admin)]
    async fn admins_only() {}
    let page = |templates: Templates<User>| async move { templates.render("page.html", ()) };
    let app = Router::new()
        .route("/", get(page))
        .route("/users", get(users_only))
        .route("/admins", get(admins_only))
        .with_state(state)
        .layer(inner.layer())
        .layer(outer.layer());
    let mut client = TestClient::new(app);
    client.get("/users").await;
    client.get("/admins").await;
    assert_eq!(client.get("/").await.text(), ":for admins,for users");
    assert_eq!(client.get("/").await.text(), ":");

    client.add(&outer.test_login(&ada()).await.expect("a login"));
    client.add(&inner.test_login(&Admin { id: 9 }).await.expect("a login"));
    assert_eq!(client.get("/").await.text(), "7:");
}
