//! A small site with every kind of route, on a clock and a store that tests hold in their hands.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Query, State},
    http::{StatusCode, header::USER_AGENT},
    routing::{any, get, post},
};
use login_runtime::{
    CurrentUser, Flash, FlashedMessages, LoggedIn, LoginError, LoginEvent, LoginEventKind,
    LoginManager, LoginManagerBuilder, LoginSession, NextUrl, SecretKey, UserMixin,
    fresh_login_required, login_required,
    store::LoginStore,
    testing::{ManualClock, TestClient, TestResponse},
};
use login_tests::{Faults, FaultyStore, Record};
use serde::Deserialize;

use crate::{
    test_store::TestStore,
    users::{User, Users, load_by_key, load_user},
};

/// The time at which every test begins.
pub(crate) const START: i64 = 1_700_000_000;

pub(crate) type Builder = LoginManagerBuilder<User, Users>;

pub(crate) struct Site {
    pub(crate) clock: ManualClock,
    pub(crate) store: TestStore,
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

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// With a login view and a refresh view, an API key loader, and other settings.
    pub(crate) fn with(edit: impl FnOnce(Builder) -> Builder) -> Self {
        Self::with_routes(edit, |router| router)
    }

    pub(crate) fn with_routes(
        edit: impl FnOnce(Builder) -> Builder,
        more: impl FnOnce(Router<Users>) -> Router<Users>,
    ) -> Self {
        let store = TestStore::new();
        Self::on(store.clone(), store, &Users::new(), edit, more)
    }

    /// The same users, clock, store and events under other settings, as after a restart.
    pub(crate) fn restarted(&self, edit: impl FnOnce(Builder) -> Builder) -> Self {
        let clock = self.clock.clone();
        let edit = |builder| edit(builder).clock(clock);
        let store = self.store.clone();
        let mut site = Self::on(store.clone(), store, &self.users, edit, |router| router);
        site.clock = self.clock.clone();
        site
    }

    pub(crate) fn on(
        store: impl LoginStore,
        kept: impl Into<TestStore>,
        users: &Users,
        edit: impl FnOnce(Builder) -> Builder,
        more: impl FnOnce(Router<Users>) -> Router<Users>,
    ) -> Self {
        let clock = ManualClock::at(START);
        let faults = Faults::default();
        let events: Arc<Mutex<Vec<LoginEvent>>> = Arc::default();
        let heard = Arc::clone(&events);
        let builder = LoginManager::builder(load_user, FaultyStore::new(store, &faults))
            .secret_key(key(1))
            .clock(clock.clone())
            .login_view("/login")
            .refresh_view("/confirm")
            .on_event(move |event| {
                if event.kind != LoginEventKind::UserAccessed {
                    heard
                        .lock()
                        .expect("no test panics here")
                        .push(event.clone());
                }
            });
        let manager = edit(builder.request_loader(load_by_key))
            .with_state::<()>(users.clone())
            .build()
            .expect("the settings are sound");
        let app = more(routes())
            .with_state(users.clone())
            .layer(manager.layer());
        Self {
            clock,
            store: kept.into(),
            faults,
            users: users.clone(),
            manager,
            app,
            events,
        }
    }

    pub(crate) fn client(&self) -> TestClient {
        TestClient::new(self.app.clone())
    }

    /// A client that is logged in through `POST /login` with this query, and has come back since.
    pub(crate) async fn logged_in(&self, query: &str) -> TestClient {
        let mut client = self.just_logged_in(query).await;
        let presented = client.get("/session").await;
        assert_eq!(presented.status(), 200);
        client
    }

    /// A client that is logged in through `POST /login` with this query.
    pub(crate) async fn just_logged_in(&self, query: &str) -> TestClient {
        let mut client = self.client();
        let response = client.post(&format!("/login?{query}"), &[]).await;
        assert_eq!((response.status(), &*response.text()), (200, "true"));
        client
    }

    pub(crate) async fn records(&self, user: u64) -> Vec<Record> {
        let listed = self
            .store
            .list_user(self.manager.store_realm(), &user.to_string())
            .await;
        let listed = listed.expect("the store answers");
        listed.iter().map(Record::from).collect()
    }

    /// What happened since the last call.
    pub(crate) fn events(&self) -> Vec<LoginEvent> {
        std::mem::take(&mut *self.events.lock().expect("no test panics here"))
    }
}

/// Who the site takes the client for.
pub(crate) async fn who(client: &mut TestClient) -> String {
    let response = client.get("/me").await;
    assert_eq!(response.status(), 200, "{}", response.text());
    response.text()
}

/// Another client with the same cookies: a copy of the browser's profile.
/// The realm of the site's records, for those who come before the site.
pub(crate) fn store_realm() -> String {
    format!("login:{}", User::KIND)
}

/// What was told, of whom.
pub(crate) fn told(events: &[LoginEvent]) -> Vec<(LoginEventKind, Option<String>)> {
    let told = |event: &LoginEvent| (event.kind, event.user_id.clone());
    events.iter().map(told).collect()
}

pub(crate) fn copy_of(client: &TestClient) -> TestClient {
    client.clone()
}

pub(crate) fn from_another_browser(client: &mut TestClient) -> &mut TestClient {
    client.header(USER_AGENT, "another browser")
}

pub(crate) fn sets_cookies(response: &TestResponse) -> Vec<String> {
    let lines = response.headers().get_all("set-cookie").iter();
    lines
        .map(|line| line.to_str().expect("cookies are ASCII").to_owned())
        .collect()
}

fn routes() -> Router<Users> {
    Router::new()
        .route("/public", any(async || "public"))
        .route("/me", get(me))
        .route("/dashboard", any(dashboard))
        .route("/fresh", any(fresh))
        .route("/fresh-in-10-minutes", any(fresh_in_10_minutes))
        .route("/session", get(session))
        .route("/login", post(login).get(login_page))
        .route("/logout", post(logout))
        .route("/confirm", post(confirm))
        .route("/logout-everywhere", post(logout_everywhere))
        .route("/logout-others", post(logout_others))
        .route("/logins", get(logins))
        .route("/end", post(end_login))
        .route("/flash", post(flash))
        .route("/messages", get(messages))
}

async fn me(user: CurrentUser<User>) -> &'static str {
    user.user().map_or("anonymous", |user| user.name)
}

#[login_required]
async fn dashboard(user: LoggedIn<User>) -> &'static str {
    user.name
}

#[fresh_login_required]
async fn fresh(user: LoggedIn<User>) -> &'static str {
    user.name
}

#[fresh_login_required(within = "10m")]
async fn fresh_in_10_minutes(user: LoggedIn<User>) -> &'static str {
    user.name
}

async fn session(session: LoginSession<User>) -> String {
    format!(
        "user={:?} fresh={} remembered={}",
        session.user_id(),
        session.is_fresh(),
        session.is_remembered()
    )
}

async fn login_page(next: NextUrl, messages: FlashedMessages) -> String {
    let texts: Vec<_> = messages.iter().map(|message| &*message.text).collect();
    format!("next={next} messages={}", texts.join("|"))
}

/// What a test wants of an action, and how the handler is to end.
#[derive(Deserialize)]
struct Wish {
    user: Option<u64>,
    #[serde(default)]
    remember: bool,
    duration: Option<u64>,
    #[serde(default)]
    force: bool,
    fresh: Option<bool>,
    status: Option<u16>,
    #[serde(default)]
    panic: bool,
    text: Option<String>,
    id: Option<String>,
}

impl Wish {
    fn answer(&self, text: impl ToString) -> (StatusCode, String) {
        assert!(!self.panic, "a panic of the handler, on purpose");
        let status = self.status.unwrap_or(200);
        let status = StatusCode::from_u16(status).expect("tests ask for a status");
        (status, text.to_string())
    }
}

type Answer = Result<(StatusCode, String), LoginError>;

async fn login(
    session: LoginSession<User>,
    State(users): State<Users>,
    Query(wish): Query<Wish>,
) -> Answer {
    let user = users.get(wish.user.unwrap_or(crate::users::ADA));
    let mut login = session
        .login_user(&user)
        .remember(wish.remember)
        .force(wish.force)
        .fresh(wish.fresh.unwrap_or(true));
    if let Some(duration) = wish.duration {
        login = login.duration(secs(duration));
    }
    let done = login.await?;
    Ok(wish.answer(done))
}

async fn logout(session: LoginSession<User>, Query(wish): Query<Wish>) -> Answer {
    session.logout_user().await?;
    Ok(wish.answer("logged out"))
}

async fn confirm(
    session: LoginSession<User>,
    State(users): State<Users>,
    Query(wish): Query<Wish>,
) -> Answer {
    let user = users.get(wish.user.unwrap_or(crate::users::ADA));
    session.confirm_login(&user).await?;
    Ok(wish.answer("confirmed"))
}

async fn logout_everywhere(
    session: LoginSession<User>,
    _: CurrentUser<User>,
) -> Result<String, LoginError> {
    Ok(session.logout_everywhere().await?.to_string())
}

async fn logout_others(
    session: LoginSession<User>,
    _: CurrentUser<User>,
) -> Result<String, LoginError> {
    Ok(session.logout_others().await?.to_string())
}

async fn logins(session: LoginSession<User>, _: CurrentUser<User>) -> Result<String, LoginError> {
    let devices = session.logins().await?;
    let ids: Vec<_> = devices
        .iter()
        .map(|device| device.id().to_string())
        .collect();
    Ok(ids.join(" "))
}

async fn end_login(
    session: LoginSession<User>,
    _: CurrentUser<User>,
    Query(wish): Query<Wish>,
) -> Answer {
    let id = wish.id.as_deref().unwrap_or_default().parse();
    let ended = session.end_login(id.expect("tests send ids")).await?;
    Ok(wish.answer(ended))
}

async fn flash(flash: Flash, Query(wish): Query<Wish>) -> Answer {
    flash.flash(wish.text.as_deref().unwrap_or("a message"), "message")?;
    Ok(wish.answer("flashed"))
}

async fn messages(messages: FlashedMessages) -> String {
    let texts: Vec<_> = messages.iter().map(|message| &*message.text).collect();
    texts.join("|")
}
