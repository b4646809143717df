//! A small site with every kind of page, on any store, and browsers that do as they like.

mod browser;
mod site;

use std::{
    panic,
    sync::{Arc, Mutex, Once},
    time::Duration,
};

use axum::Router;
use login_runtime::{
    LoginEvent, LoginEventKind, LoginManager, LoginManagerBuilder, SecretKey, testing::ManualClock,
};
use login_tests::Faults;

pub(crate) use self::{
    browser::{Answer, Browser, request, send, with_cookie},
    site::unguarded_actions,
};
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
        let app = site::routes()
            .with_state(users.clone())
            .layer(manager.layer());
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
