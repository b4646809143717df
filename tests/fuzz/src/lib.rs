//! The site that the targets send their input to: one user, logged in and remembered, a message and
//! a wanted page, on a clock that stands still.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderValue, Request, header::COOKIE},
    routing::{get, post},
};
use login_runtime::{
    CurrentUser, Flash, FlashedMessages, LoginError, LoginManager, LoginSession, NextUrl,
    SecretKey, UserMixin, login_required,
    store::CookieStore,
    testing::{ManualClock, TestClient, TestCookies},
    user_loader,
};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// Somebody.
#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
pub struct User {
    id: u64,
}

#[user_loader]
async fn load_user(id: u64) -> Option<User> {
    Some(User { id })
}

/// The site, and the cookies that it has issued.
pub struct Site {
    app: Router,
    runtime: Runtime,
    /// Name, value and page of each cookie.
    pub issued: Vec<(String, String, &'static str)>,
}

async fn me(user: CurrentUser<User>) -> String {
    user.get_id().unwrap_or_default()
}

async fn log_in(session: LoginSession<User>) -> Result<String, LoginError> {
    Ok(session.login_user(&User { id: 1 }).remember(true).await?.to_string())
}

async fn leave_message(flash: Flash) -> Result<(), LoginError> {
    flash.flash("a message", "message")
}

async fn messages(messages: FlashedMessages) -> String {
    messages.iter().map(|message| &*message.text).collect()
}

async fn next(next: NextUrl) -> String {
    next.to_string()
}

#[login_required]
async fn dashboard() {}

impl Site {
    /// A new one, with a new login.
    ///
    /// # Panics
    ///
    /// The library does not work at all.
    pub fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        // Without a record on the server no input changes what the next one meets.
        let manager = LoginManager::builder(load_user, CookieStore::new())
            .secret_key(SecretKey::from_bytes([7; 31].iter().chain(b"!").copied().collect::<Vec<_>>()).unwrap())
            .clock(ManualClock::at(1_700_000_000))
            .login_view("/next")
            .next_in_cookie(true)
            .build()
            .unwrap();
        let app = Router::new()
            .route("/me", get(me))
            .route("/log-in", post(log_in))
            .route("/message", post(leave_message))
            .route("/messages", get(messages))
            .route("/next", get(next))
            .route("/dashboard", get(dashboard))
            .layer(manager.layer());
        let mut issued = Vec::new();
        let mut note = |cookies: &TestCookies, end: &str, page: &'static str| {
            let (name, value) = cookies.get(end).unwrap();
            issued.push((name.to_owned(), value.to_owned(), page));
        };
        runtime.block_on(async {
            let mut client = TestClient::new(app.clone());
            client.header(axum::http::header::ACCEPT, "text/html");
            client.get("/dashboard").await;
            note(client.cookies(), "_next", "/next");
            client.post("/log-in", &[]).await;
            note(client.cookies(), "_session", "/me");
            note(client.cookies(), "_remember", "/me");
            client.post("/message", &[]).await;
            note(client.cookies(), "_flash", "/messages");
        });
        Self { app, runtime, issued }
    }

    /// What a page says to somebody with this `Cookie` header; `None` where it cannot be sent.
    ///
    /// # Panics
    ///
    /// The answer is not 200.
    pub fn ask(&self, page: &str, cookie: &[u8]) -> Option<String> {
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = page.parse().unwrap();
        let headers = request.headers_mut();
        headers.insert("user-agent", HeaderValue::from_static("login-runtime test client"));
        headers.insert(COOKIE, HeaderValue::from_bytes(cookie).ok()?);
        self.runtime.block_on(async {
            let response = self.app.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), 200);
            let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
            Some(String::from_utf8(body.to_vec()).unwrap())
        })
    }

    /// The issued cookie whose name ends so.
    ///
    /// # Panics
    ///
    /// There is none.
    pub fn cookie(&self, end: &str) -> &(String, String, &'static str) {
        self.issued.iter().find(|(name, ..)| name.ends_with(end)).unwrap()
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}
