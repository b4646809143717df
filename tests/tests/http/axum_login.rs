//! Moving from axum-login without logging anybody out: the middleware of the guide, after the real
//! axum-login.

use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use ::axum_login::{AuthManagerLayerBuilder, AuthSession, AuthUser, AuthnBackend};
use axum::{
    Router,
    middleware::from_fn_with_state,
    routing::{get, post},
};
use login_runtime::{
    CurrentUser, LoggedIn, LoginError, LoginManager, SecretKey, UserMixin, login_required,
    store::MemoryStore,
    testing::{TestClient, TestResponse},
    user_loader,
};
use login_tests::{Call, Fault, Faults, FaultyStore};
use tower_sessions::{
    SessionManagerLayer, SessionStore,
    session::{Id, Record},
    session_store,
};

// As the guide shows it.
include!("../../../login-runtime/src/docs/axum_login/keep_logged_in.rs");

#[derive(Clone, Debug, UserMixin)]
struct User {
    id: i64,
    #[login(active)]
    active: bool,
    #[login(auth_hash)]
    password_hash: String,
}

/// The one user, whom both applications know.
#[derive(Clone, Debug)]
struct Users(Arc<Mutex<User>>);

impl Users {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(User {
            id: 7,
            active: true,
            password_hash: "the first".into(),
        })))
    }

    fn edit(&self, edit: impl FnOnce(&mut User)) {
        edit(&mut self.0.lock().expect("no test panics here"));
    }

    async fn find(&self, id: i64) -> Result<Option<User>, Response> {
        let user = self.0.lock().expect("no test panics here").clone();
        Ok((user.id == id).then_some(user))
    }
}

// -- As it was --------------------------------------------------------------------------------

impl AuthUser for User {
    type Id = i64;

    fn id(&self) -> i64 {
        self.id
    }

    fn session_auth_hash(&self) -> &[u8] {
        self.password_hash.as_bytes()
    }
}

impl AuthnBackend for Users {
    type User = User;
    type Credentials = ();
    type Error = Infallible;

    async fn authenticate(&self, (): ()) -> Result<Option<User>, Infallible> {
        self.get_user(&7).await
    }

    async fn get_user(&self, id: &i64) -> Result<Option<User>, Infallible> {
        Ok(self.find(*id).await.expect("it has it in memory"))
    }
}

fn before(users: &Users, sessions: &Sessions) -> Router {
    let login = async |mut auth: AuthSession<Users>| {
        let user = auth.authenticate(()).await.expect("a user").expect("one");
        auth.login(&user).await.expect("the store answers");
    };
    let me = async |auth: AuthSession<Users>| match auth.user {
        Some(user) => user.id.to_string(),
        None => "anonymous".into(),
    };
    let layer = SessionManagerLayer::new(sessions.clone());
    Router::new()
        .route("/login", post(login))
        .route("/me", get(me))
        .route("/cart", post(fill).get(cart))
        .layer(AuthManagerLayerBuilder::new(users.clone(), layer).build())
}

// -- As it is ---------------------------------------------------------------------------------

#[user_loader]
async fn load_user(id: i64, State(users): State<Users>) -> Result<Option<User>, Infallible> {
    users.get_user(&id).await
}

async fn me(user: CurrentUser<User>) -> String {
    let id = user.user().map(|user| user.id.to_string());
    id.unwrap_or_else(|| "anonymous".into())
}

#[login_required]
async fn dashboard(user: LoggedIn<User>, session: LoginSession<User>) -> String {
    format!("{} fresh={}", user.id, session.is_fresh())
}

async fn logout(session: LoginSession<User>) -> Result<(), LoginError> {
    session.logout_user().await
}

#[login_required]
async fn fails(_user: LoggedIn<User>) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn fill(session: Session) {
    let inserted = session.insert("cart", "a kettle").await;
    inserted.expect("the store answers");
}

async fn cart(session: Session) -> String {
    let cart: Option<String> = session.get("cart").await.expect("the store answers");
    cart.unwrap_or_default()
}

/// tower-sessions' store in memory, which can be out of order.
#[derive(Clone, Debug, Default)]
struct Sessions {
    memory: tower_sessions::MemoryStore,
    is_down: Arc<AtomicBool>,
}

impl Sessions {
    fn answer(&self) -> session_store::Result<&tower_sessions::MemoryStore> {
        match self.is_down.load(Ordering::Relaxed) {
            true => Err(session_store::Error::Backend("on purpose".into())),
            false => Ok(&self.memory),
        }
    }
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> session_store::Result<()> {
        self.answer()?.create(record).await
    }
    async fn save(&self, record: &Record) -> session_store::Result<()> {
        self.answer()?.save(record).await
    }
    async fn load(&self, id: &Id) -> session_store::Result<Option<Record>> {
        self.answer()?.load(id).await
    }
    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.answer()?.delete(id).await
    }
}

/// Both applications, for the same users and on the same sessions.
struct Move {
    users: Users,
    sessions: Sessions,
    faults: Faults,
    before: Router,
    now: Router,
}

impl Move {
    fn new() -> Self {
        let (users, sessions, faults) = (Users::new(), Sessions::default(), Faults::default());
        let store = FaultyStore::new(MemoryStore::new(), &faults);
        let manager = LoginManager::builder(load_user, store)
            .secret_key(SecretKey::generate().expect("random bytes"))
            .login_view("/login")
            .with_state(users.clone())
            .build()
            .expect("settings that agree");
        let now = Router::new()
            .route("/public", get(async || "public"))
            .route("/me", get(me))
            .route("/dashboard", get(dashboard))
            .route("/logout", post(logout))
            .route("/fails", get(fails))
            .route("/cart", post(fill).get(cart))
            .layer(from_fn_with_state(users.clone(), keep_logged_in))
            .layer(manager.layer())
            .layer(SessionManagerLayer::new(sessions.clone()))
            .with_state(users.clone());
        Self {
            before: before(&users, &sessions),
            now,
            users,
            sessions,
            faults,
        }
    }

    /// A browser that has logged in before the move, and comes back after it.
    async fn browser(&self) -> TestClient {
        let mut client = TestClient::new(self.before.clone());
        assert_eq!(client.post("/login", &[]).await.status(), 200);
        assert_eq!(client.get("/me").await.text(), "7");
        self.copied(&mut client)
    }

    /// Whoever has the client's cookies, at the new application.
    fn copied(&self, client: &mut TestClient) -> TestClient {
        let mut copied = TestClient::new(self.now.clone());
        copied.add(&client.cookies().clone());
        copied
    }

    /// The client at the old application, as long as one instance of it runs.
    fn at_the_old(&self, client: &mut TestClient) -> TestClient {
        let mut old = TestClient::new(self.before.clone());
        old.add(&client.cookies().clone());
        old
    }
}

fn sets_a_login(response: &TestResponse) -> bool {
    response.cookies().header().contains("login_session=")
}

#[tokio::test]
async fn who_was_logged_in_by_axum_login_stays_logged_in() {
    let site = Move::new();
    let mut browser = site.browser().await;
    let first = browser.get("/dashboard").await;
    assert_eq!((first.status(), &*first.text()), (200, "7 fresh=false"));
    assert!(sets_a_login(&first));
    // From now on by the login's own cookies.
    let second = browser.get("/dashboard").await;
    assert_eq!((second.status(), sets_a_login(&second)), (200, false));
    browser.cookies().remove("id");
    assert_eq!(browser.get("/dashboard").await.text(), "7 fresh=false");
    // And remembered.
    browser.cookies().remove("__Host-login_session");
    assert_eq!(browser.get("/dashboard").await.text(), "7 fresh=false");
    assert_eq!(site.faults.count(Call::Create), 1);
}

#[tokio::test]
async fn the_session_of_axum_login_is_read_once() {
    let site = Move::new();
    let mut browser = site.browser().await;
    let mut thief = site.copied(&mut browser);
    assert_eq!(browser.get("/public").await.text(), "public");
    assert_eq!(thief.get("/me").await.text(), "anonymous");
    assert_eq!(
        site.at_the_old(&mut thief).get("/me").await.text(),
        "anonymous"
    );
    assert_eq!(browser.get("/me").await.text(), "7");
}

#[tokio::test]
async fn what_else_is_in_the_session_stays_there() {
    let site = Move::new();
    let mut before = TestClient::new(site.before.clone());
    before.post("/cart", &[]).await;
    before.post("/login", &[]).await;
    let mut browser = site.copied(&mut before);
    assert_eq!(browser.get("/cart").await.text(), "a kettle");
    assert_eq!(browser.get("/me").await.text(), "7");
    browser.post("/logout", &[]).await;
    assert_eq!(browser.get("/cart").await.text(), "a kettle");
    assert_eq!(browser.get("/me").await.text(), "anonymous");
}

#[tokio::test]
async fn who_may_not_come_along_does_not() {
    let site = Move::new();
    let mut browser = site.browser().await;
    site.users
        .edit(|user| user.password_hash = "the second".into());
    assert_eq!(browser.get("/me").await.text(), "anonymous");

    let mut browser = site.browser().await;
    site.users.edit(|user| user.active = false);
    assert_eq!(browser.get("/me").await.text(), "anonymous");

    let site = Move::new();
    let mut browser = site.browser().await;
    site.users.edit(|user| user.id = 8);
    assert_eq!(browser.get("/me").await.text(), "anonymous");
    assert_eq!(site.faults.calls(), []);
}

#[tokio::test]
async fn a_logout_may_come_first() {
    let site = Move::new();
    let mut browser = site.browser().await;
    let mut copied = site.copied(&mut browser);
    let answer = browser.post("/logout", &[]).await;
    assert_eq!((answer.status(), sets_a_login(&answer)), (200, false));
    for client in [&mut browser, &mut copied] {
        assert_eq!(client.get("/me").await.text(), "anonymous");
        assert_eq!(site.at_the_old(client).get("/me").await.text(), "anonymous");
    }
}

#[tokio::test]
async fn a_failure_logs_nobody_out() {
    let site = Move::new();
    let mut browser = site.browser().await;
    assert_eq!(browser.get("/fails").await.status(), 500);
    for fault in [Fault::Error, Fault::Panic] {
        site.faults.fail_at(1, fault);
        assert_eq!(browser.get("/me").await.status(), 503, "{fault:?}");
    }
    site.faults.forget();
    site.sessions.is_down.store(true, Ordering::Relaxed);
    assert_eq!(browser.get("/me").await.status(), 503);
    site.sessions.is_down.store(false, Ordering::Relaxed);
    assert_eq!(site.at_the_old(&mut browser).get("/me").await.text(), "7");
    let answer = browser.get("/me").await;
    assert_eq!((&*answer.text(), sets_a_login(&answer)), ("7", true));
}

#[tokio::test]
async fn visitors_without_a_session_cost_nothing() {
    let site = Move::new();
    site.sessions.is_down.store(true, Ordering::Relaxed);
    let mut visitor = TestClient::new(site.now.clone());
    let answer = visitor.get("/public").await;
    assert_eq!((answer.status(), answer.header("vary")), (200, ""));
    assert_eq!(site.faults.calls(), []);
}
