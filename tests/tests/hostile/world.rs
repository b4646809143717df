//! A small site with every kind of page, on any store, and browsers that do as they like.
//!
//! What the suite uses of the library's actions stands here, and nowhere else.

use std::{
    panic,
    sync::{Arc, Mutex, Once},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header},
    routing::{any, get, post},
};
use login_runtime::{
    CurrentUser, Flash, FlashedMessages, LoggedIn, LoginError, LoginEvent, LoginEventKind,
    LoginManager, LoginManagerBuilder, LoginSession, NextUrl, SecretKey, fresh_login_required,
    login_required,
    testing::{ManualClock, TestCookies},
};
use login_tests::Faults;
use serde::Deserialize;
use tower::ServiceExt;

use crate::{
    stores::Store,
    users::{User, Users, load_by_key},
};

/// The time at which every world begins.
pub(crate) const START: i64 = 1_700_000_000;

/// The names of the login cookies, of the default realm and over HTTPS.
pub(crate) const SESSION: &str = "__Host-login_session";
pub(crate) const REMEMBER: &str = "__Host-login_remember";

pub(crate) type Builder = LoginManagerBuilder<User, Users>;

pub(crate) struct World {
    pub(crate) clock: ManualClock,
    pub(crate) faults: Faults,
    pub(crate) users: Users,
    pub(crate) manager: LoginManager<User>,
    pub(crate) app: Router,
    events: Arc<Mutex<Vec<LoginEvent>>>,
}

pub(crate) fn key(byte: u8) -> SecretKey {
    let key = [&[byte; 31][..], b"!"].concat();
    SecretKey::from_bytes(key).expect("32 bytes are a key")
}

pub(crate) fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Panics on purpose fill no screen.
pub(crate) fn hush_panics_on_purpose() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let text = panic.payload_as_str().unwrap_or_default();
            if !text.ends_with(", on purpose") {
                usual(panic);
            }
        }));
    });
}

/// What every manager of the suite is set to, before a test changes it.
pub(crate) fn common<U, S>(
    builder: LoginManagerBuilder<U, S>,
    clock: &ManualClock,
) -> LoginManagerBuilder<U, S>
where
    U: login_runtime::UserMixin,
{
    builder
        .secret_key(key(1))
        .clock(clock.clone())
        .login_view("/login")
        .refresh_view("/confirm")
}

impl World {
    pub(crate) fn new(store: &Store) -> Self {
        Self::with(store, |builder| builder)
    }

    pub(crate) fn with(store: &Store, edit: impl FnOnce(Builder) -> Builder) -> Self {
        Self::build(
            store.users(),
            ManualClock::at(START),
            Users::default(),
            edit,
        )
    }

    /// On a store that counts its calls, and fails where it is told to.
    pub(crate) fn faulty(store: &Store, edit: impl FnOnce(Builder) -> Builder) -> Self {
        hush_panics_on_purpose();
        let faults = Faults::default();
        let begun = store.faulty_users(&faults);
        let world = Self::build(begun, ManualClock::at(START), Users::default(), edit);
        Self { faults, ..world }
    }

    /// Another server of the same application, or the same after a restart.
    pub(crate) fn node(&self, store: &Store, edit: impl FnOnce(Builder) -> Builder) -> Self {
        Self::build(store.users(), self.clock.clone(), self.users.clone(), edit)
    }

    fn build(
        begun: Builder,
        clock: ManualClock,
        users: Users,
        edit: impl FnOnce(Builder) -> Builder,
    ) -> Self {
        let events: Arc<Mutex<Vec<LoginEvent>>> = Arc::default();
        let heard = Arc::clone(&events);
        let begun = common(begun, &clock)
            .request_loader(load_by_key)
            .on_event(move |event| {
                if event.kind != LoginEventKind::UserAccessed {
                    heard
                        .lock()
                        .expect("nothing panics here")
                        .push(event.clone());
                }
            });
        let manager = edit(begun)
            .with_state::<()>(users.clone())
            .build()
            .expect("the settings are sound");
        let app = routes().with_state(users.clone()).layer(manager.layer());
        Self {
            clock,
            faults: Faults::default(),
            users,
            manager,
            app,
            events,
        }
    }

    pub(crate) fn browser(&self) -> Browser {
        Browser::on(&self.app)
    }

    /// A browser that is logged in through `POST /login`.
    pub(crate) async fn logged_in(&self, user: u64, remember: bool) -> Browser {
        let mut browser = self.browser();
        let path = format!("/login?user={user}&remember={remember}");
        let answer = browser.post(&path).await;
        assert_eq!((answer.status, &*answer.body), (200, "true"));
        browser
    }

    /// What happened since the last call.
    pub(crate) fn events(&self) -> Vec<LoginEvent> {
        std::mem::take(&mut *self.events.lock().expect("nothing panics here"))
    }
}

/// A whole answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The lines that set or remove a cookie.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter();
        lines
            .map(|line| line.to_str().expect("cookies are ASCII"))
            .collect()
    }

    /// What the answer sets, without what it removes.
    pub(crate) fn cookies(&self) -> TestCookies {
        TestCookies::from_response(&self.headers)
    }

    /// Whether it takes a login cookie away.
    pub(crate) fn clears_a_login(&self) -> bool {
        self.set_cookies().iter().any(|line| {
            (line.contains("_session=;") || line.contains("_remember=;"))
                && line.contains("Max-Age=0")
        })
    }
}

/// A browser, or whoever says to be one. It follows no redirects.
#[derive(Clone)]
pub(crate) struct Browser {
    app: Router,
    pub(crate) cookies: TestCookies,
    pub(crate) headers: HeaderMap,
}

impl Browser {
    pub(crate) fn on(app: &Router) -> Self {
        Self {
            app: app.clone(),
            cookies: TestCookies::default(),
            headers: HeaderMap::from_iter([
                (header::HOST, HeaderValue::from_static("site.example")),
                (header::USER_AGENT, HeaderValue::from_static("a browser")),
                (header::ACCEPT, HeaderValue::from_static("text/html")),
            ]),
        }
    }

    /// The same browser, in front of another server.
    pub(crate) fn at(&self, app: &Router) -> Self {
        Self {
            app: app.clone(),
            ..self.clone()
        }
    }

    /// With these cookies alone.
    pub(crate) fn holding(&self, cookies: &TestCookies) -> Self {
        Self {
            cookies: cookies.clone(),
            ..self.clone()
        }
    }

    /// Without its session cookie, or its remember cookie.
    pub(crate) fn without(&self, name_end: &str) -> Self {
        let mut other = self.clone();
        other.cookies.remove(name_end);
        other
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::try_from(value).expect("a header value");
        self.headers.insert(name, value);
        self
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path).await
    }

    pub(crate) async fn post(&mut self, path: &str) -> Answer {
        self.ask(Method::POST, path).await
    }

    pub(crate) async fn ask(&mut self, method: Method, path: &str) -> Answer {
        let answer = send(&self.app, self.request(method, path)).await;
        self.cookies.receive(&answer.headers);
        answer
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Request<Body> {
        let mut request = request(method, path);
        *request.headers_mut() = self.headers.clone();
        if !self.cookies.is_empty() {
            let cookies = HeaderValue::try_from(self.cookies.header()).expect("cookies");
            request.headers_mut().insert(header::COOKIE, cookies);
        }
        request
    }

    /// Whom the site takes the browser for: an id, or `anonymous`.
    pub(crate) async fn who(&mut self) -> String {
        let answer = self.get("/me").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Whom the site takes the browser for at pages of every kind; one id, or what differs.
    pub(crate) async fn who_everywhere(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        for path in ["/me", "/dashboard", "/session"] {
            let answer = self.get(path).await;
            match (answer.status, path) {
                (200, "/session") if answer.body.starts_with("None") => {}
                (200, _) if answer.body == "anonymous" => {}
                (303 | 401, _) => {}
                (status, _) => found.push(format!("{path}: {status} {}", answer.body)),
            }
        }
        found
    }
}

pub(crate) fn request(method: Method, path: &str) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().expect("an address");
    request
}

/// A `GET` with this `Cookie` header and nothing else of note.
pub(crate) fn with_cookie(path: &str, cookie: &[u8]) -> Request<Body> {
    let mut request = request(Method::GET, path);
    let headers = request.headers_mut();
    headers.insert(header::USER_AGENT, HeaderValue::from_static("a browser"));
    if let Ok(cookie) = HeaderValue::from_bytes(cookie) {
        headers.insert(header::COOKIE, cookie);
    }
    request
}

pub(crate) async fn send(app: &Router, request: Request<Body>) -> Answer {
    let Ok(response) = app.clone().oneshot(request).await;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    }
}

fn routes() -> Router<Users> {
    Router::new()
        .route("/", get(async || "public"))
        .route("/about", any(async || "public"))
        .route("/me", get(me))
        .route("/dashboard", any(dashboard))
        .route("/fresh", any(fresh))
        .route("/fresh-in-10-minutes", any(fresh_in_10_minutes))
        .route("/session", get(session))
        .route("/login", get(login_page).post(login))
        .route("/login-twice", post(login_twice))
        .route("/logout", post(logout))
        .route("/confirm", post(confirm))
        .route("/password", post(password))
        .route("/logout-everywhere", post(logout_everywhere))
        .route("/logout-others", post(logout_others))
        .route("/logins", get(logins))
        .route("/end", post(end_login))
        .route("/flash", post(flash))
        .route("/messages", get(messages))
}

async fn me(user: CurrentUser<User>) -> String {
    user.get_id().unwrap_or_else(|| "anonymous".to_owned())
}

#[login_required]
async fn dashboard(user: LoggedIn<User>) -> String {
    user.id.to_string()
}

#[fresh_login_required]
async fn fresh(user: LoggedIn<User>) -> String {
    user.id.to_string()
}

#[fresh_login_required(within = "10m")]
async fn fresh_in_10_minutes(user: LoggedIn<User>) -> String {
    user.id.to_string()
}

async fn session(session: LoginSession<User>) -> String {
    format!(
        "{:?} fresh={} remembered={}",
        session.user_id(),
        session.is_fresh(),
        session.is_remembered()
    )
}

async fn login_page(next: NextUrl, messages: FlashedMessages) -> String {
    let texts: Vec<_> = messages.iter().map(|message| &*message.text).collect();
    format!("{next}\n{}", texts.join("|"))
}

/// What a test wants of an action.
#[derive(Deserialize)]
struct Wish {
    #[serde(default)]
    user: u64,
    #[serde(default)]
    remember: bool,
    #[serde(default)]
    force: bool,
    fresh: Option<bool>,
    #[serde(default)]
    status: u16,
    #[serde(default)]
    text: String,
    #[serde(default)]
    id: String,
}

type Said = Result<(StatusCode, String), LoginError>;

impl Wish {
    fn said(&self, what: impl ToString) -> (StatusCode, String) {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        (status, what.to_string())
    }
}

async fn login(
    session: LoginSession<User>,
    State(users): State<Users>,
    Query(wish): Query<Wish>,
) -> Said {
    let user = users.get(wish.user);
    let login = session
        .login_user(&user)
        .remember(wish.remember)
        .force(wish.force)
        .fresh(wish.fresh.unwrap_or(true));
    Ok(wish.said(login.await?))
}

async fn login_twice(
    session: LoginSession<User>,
    State(users): State<Users>,
    Query(wish): Query<Wish>,
) -> Said {
    session
        .login_user(&users.get(wish.user + 1))
        .remember(true)
        .await?;
    Ok(wish.said(session.login_user(&users.get(wish.user)).await?))
}

async fn logout(session: LoginSession<User>, Query(wish): Query<Wish>) -> Said {
    session.logout_user().await?;
    Ok(wish.said("logged out"))
}

async fn confirm(
    session: LoginSession<User>,
    State(users): State<Users>,
    Query(wish): Query<Wish>,
) -> Said {
    session.confirm_login(&users.get(wish.user)).await?;
    Ok(wish.said("confirmed"))
}

/// Changes the password, as the page of an application does: the login that did it goes on.
async fn password(
    user: LoggedIn<User>,
    session: LoginSession<User>,
    State(users): State<Users>,
) -> Result<&'static str, LoginError> {
    users.change_password(user.id);
    session.confirm_login(&users.get(user.id)).await?;
    Ok("changed")
}

// What shows or ends devices is for somebody who was let in: each has a guard's extractor first.

async fn logout_everywhere(
    _: LoggedIn<User>,
    session: LoginSession<User>,
) -> Result<String, LoginError> {
    Ok(session.logout_everywhere().await?.to_string())
}

async fn logout_others(
    _: LoggedIn<User>,
    session: LoginSession<User>,
) -> Result<String, LoginError> {
    Ok(session.logout_others().await?.to_string())
}

async fn logins(_: LoggedIn<User>, session: LoginSession<User>) -> Result<String, LoginError> {
    let devices = session.logins().await?;
    let ids: Vec<_> = devices
        .iter()
        .map(|device| device.id().to_string())
        .collect();
    Ok(ids.join(" "))
}

async fn end_login(
    _: LoggedIn<User>,
    session: LoginSession<User>,
    Query(wish): Query<Wish>,
) -> Said {
    let id = wish.id.parse().expect("tests send ids");
    Ok(wish.said(session.end_login(id).await?))
}

/// The same actions on a page that forgot its guard.
pub(crate) fn unguarded_actions() -> Router<Users> {
    Router::new()
        .route(
            "/logins",
            get(
                async |session: LoginSession<User>| -> Result<String, LoginError> {
                    Ok(session.logins().await?.len().to_string())
                },
            ),
        )
        .route(
            "/logout-others",
            post(
                async |session: LoginSession<User>| -> Result<String, LoginError> {
                    Ok(session.logout_others().await?.to_string())
                },
            ),
        )
        .route(
            "/logout-everywhere",
            post(
                async |session: LoginSession<User>| -> Result<String, LoginError> {
                    Ok(session.logout_everywhere().await?.to_string())
                },
            ),
        )
}

async fn flash(flash: Flash, Query(wish): Query<Wish>) -> Said {
    flash.flash(&*wish.text, "message")?;
    Ok(wish.said("flashed"))
}

async fn messages(messages: FlashedMessages) -> String {
    let texts: Vec<_> = messages.iter().map(|message| &*message.text).collect();
    texts.join("|")
}
