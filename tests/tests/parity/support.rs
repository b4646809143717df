//! Flask-Login's own test application, on axum: its users, its manager, and a client.

use std::{
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::header::{SET_COOKIE, USER_AGENT},
};
use login_runtime::{
    LoginEvent, LoginManager, LoginManagerBuilder, SecretKey, UserMixin, request_loader,
    testing::{ManualClock, TestClient, TestResponse},
    user_loader,
};
use login_tests::FaultyStore;

use crate::app;

#[derive(Clone, Debug, UserMixin)]
#[login(no_auth_hash)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: &'static str,
    #[login(active)]
    pub(crate) active: bool,
}

pub(crate) fn notch() -> User {
    User {
        id: "1".into(),
        name: "Notch",
        active: true,
    }
}

pub(crate) fn steve() -> User {
    User {
        id: "2".into(),
        name: "Steve",
        active: true,
    }
}

pub(crate) fn creeper() -> User {
    User {
        id: "3".into(),
        name: "Creeper",
        active: false,
    }
}

pub(crate) fn germanjapanese() -> User {
    User {
        id: "佐藤".into(),
        name: "Müller",
        active: true,
    }
}

/// The users' database.
#[derive(Clone)]
pub(crate) struct Users {
    table: Arc<Mutex<Vec<User>>>,
    finds: Arc<AtomicUsize>,
    down: Arc<AtomicBool>,
}

impl Users {
    fn new() -> Self {
        let users = vec![notch(), steve(), creeper(), germanjapanese()];
        Self {
            table: Arc::new(Mutex::new(users)),
            finds: Arc::default(),
            down: Arc::default(),
        }
    }

    fn rows(&self) -> MutexGuard<'_, Vec<User>> {
        self.table
            .lock()
            .expect("no test panics while it changes the users")
    }

    pub(crate) fn add(&self, user: User) {
        self.rows().push(user);
    }

    pub(crate) fn remove(&self, id: &str) {
        self.rows().retain(|user| user.id != id);
    }

    /// Answers every question with an error from now on, or no longer.
    pub(crate) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
    }

    /// How often a loader was called.
    pub(crate) fn finds(&self) -> usize {
        self.finds.load(Ordering::SeqCst)
    }

    pub(crate) fn find(&self, id: &str) -> Result<Option<User>, &'static str> {
        self.finds.fetch_add(1, Ordering::SeqCst);
        if self.down.load(Ordering::SeqCst) {
            return Err("the users' database is down");
        }
        Ok(self.rows().iter().find(|user| user.id == id).cloned())
    }
}

#[user_loader]
pub(crate) async fn load_user(
    id: String,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    users.find(&id)
}

#[request_loader(query = "user_id")]
pub(crate) async fn load_by_query(
    id: String,
    State(users): State<Users>,
) -> Result<Option<User>, &'static str> {
    users.find(&id)
}

pub(crate) type Builder = LoginManagerBuilder<User, Users>;

/// The settings of Flask-Login's test application: a user loader, a request loader, a key.
fn builder(store: FaultyStore) -> Builder {
    LoginManager::builder(load_user, store)
        .request_loader(load_by_query)
        .secret_key(key("this is a temporary key"))
}

/// When the tests begin, in seconds of UTC.
const START: i64 = 1_700_000_000;

/// Longer than a remember token that was just handed out is left as it is.
const PAST_GRACE: Duration = Duration::from_secs(61);

pub(crate) fn key(text: &str) -> SecretKey {
    SecretKey::from_bytes(format!("{text:.<32}")).expect("32 bytes")
}

/// The application, a client of it, and everything that a test looks at or turns.
pub(crate) struct Site {
    pub(crate) client: TestClient,
    pub(crate) manager: LoginManager<User>,
    pub(crate) clock: ManualClock,
    pub(crate) users: Users,
    pub(crate) store: FaultyStore,
    heard: Arc<Mutex<Vec<LoginEvent>>>,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with(|builder| builder)
    }

    /// With settings of its own.
    pub(crate) fn with(settings: impl FnOnce(Builder) -> Builder) -> Self {
        Self::with_routes(Router::new(), settings)
    }

    /// With more routes.
    pub(crate) fn with_routes(routes: Router, settings: impl FnOnce(Builder) -> Builder) -> Self {
        Self::begin(routes, |store| settings(builder(store)))
    }

    /// With a manager that is begun in another way.
    pub(crate) fn begin(routes: Router, begin: impl FnOnce(FaultyStore) -> Builder) -> Self {
        let (clock, store) = (ManualClock::at(START), FaultyStore::default());
        Self::over(clock, Users::new(), store, routes, begin)
    }

    /// A second application with the clock, the users and the store of this one.
    pub(crate) fn sibling(&self, settings: impl FnOnce(Builder) -> Builder) -> Self {
        let (clock, users) = (self.clock.clone(), self.users.clone());
        let store = self.store.clone();
        Self::over(clock, users, store, Router::new(), |store| {
            settings(builder(store))
        })
    }

    fn over(
        clock: ManualClock,
        users: Users,
        store: FaultyStore,
        routes: Router,
        begin: impl FnOnce(FaultyStore) -> Builder,
    ) -> Self {
        let heard: Arc<Mutex<Vec<LoginEvent>>> = Arc::default();
        let hook = Arc::clone(&heard);
        let manager = begin(store.clone())
            .on_event(move |event| hook.lock().expect("no hook panics").push(event.clone()))
            .clock(clock.clone());
        let manager = manager
            .with_state(users.clone())
            .build()
            .expect("settings that agree");
        let site = app::router().merge(routes).layer(manager.layer());
        Self {
            client: TestClient::new(site),
            manager,
            clock,
            users,
            store,
            heard,
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> TestResponse {
        self.client.get(path).await
    }

    /// The body of a page that answers with 200.
    pub(crate) async fn text(&mut self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}: {}", response.text());
        response.text()
    }

    pub(crate) fn turn_clock(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// What a browser does when it is closed; it comes back after the grace of a remember token.
    pub(crate) fn lose_session(&mut self) {
        assert!(
            self.client.cookies().remove("_session"),
            "there is no session to lose"
        );
        self.clock.advance(PAST_GRACE);
    }

    /// Lets the client call itself something else from now on.
    pub(crate) fn change_user_agent(&mut self) {
        self.client.header(USER_AGENT, "different");
    }

    /// How often the store was asked for anything.
    pub(crate) fn calls(&self) -> usize {
        self.store.faults().calls().len()
    }

    /// How many events of a kind were heard so far.
    pub(crate) fn heard(&self, is: impl Fn(&LoginEvent) -> bool) -> usize {
        self.heard
            .lock()
            .expect("no hook panics")
            .iter()
            .filter(|event| is(event))
            .count()
    }
}

/// Every `Set-Cookie` line of a response.
pub(crate) fn set_cookies(response: &TestResponse) -> Vec<&str> {
    let lines = response.headers().get_all(SET_COOKIE).iter();
    lines
        .map(|line| line.to_str().expect("cookies are ASCII"))
        .collect()
}

/// The `Set-Cookie` line of the cookie whose name ends so.
pub(crate) fn set_cookie<'r>(response: &'r TestResponse, name_end: &str) -> Option<&'r str> {
    set_cookies(response).into_iter().find(|line| {
        line.split_once('=')
            .is_some_and(|(name, _)| name.ends_with(name_end))
    })
}

/// The attributes of a `Set-Cookie` line, sorted.
pub(crate) fn attributes(line: &str) -> Vec<&str> {
    let mut attributes: Vec<_> = line.split("; ").skip(1).collect();
    attributes.sort_unstable();
    attributes
}

/// How many seconds a `Set-Cookie` line lets the cookie live.
pub(crate) fn max_age(line: &str) -> i64 {
    let age = attributes(line)
        .into_iter()
        .find_map(|one| one.strip_prefix("Max-Age="));
    age.expect("a maximum age").parse().expect("seconds")
}

/// Where a redirect leads to; it has to be a 303.
pub(crate) fn redirect(response: &TestResponse) -> &str {
    assert_eq!(response.status(), 303, "{}", response.text());
    response.header("location")
}
