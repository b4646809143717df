//! What was decided once, for all requests of a manager.

mod refusals;
mod session_protection;

use std::{
    any::TypeId,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

pub(crate) use refusals::{BoxedHandler, RefusalSettings, box_handler};
pub use session_protection::SessionProtection;
pub(crate) use session_protection::{ClientAddress, NoAddress, Protection, display_agent};

use crate::{
    clock::Clock,
    cookie::{LoginCookies, SealedCookie},
    crypto::Digester,
    event::{LoginEvent, LoginEventKind},
    flash::FlashCookie,
    loader::{AnyRequestLoader, AnyUserLoader},
    login::Limits,
    next::NextRule,
    store::AnyStore,
    user::AnyUser,
};

/// Called with everything that happens.
pub(crate) type EventHook = Box<dyn Fn(&LoginEvent) + Send + Sync>;

/// A time before every other.
pub(crate) const NEVER: i64 = i64::MIN;

/// What every request of a manager shares: its settings, and everything prepared from them.
///
/// It is what the manager's cookies, subkeys and records have in common, and knows nothing of the
/// type of its users.
pub(crate) struct Realm {
    /// What the manager and its cookies are called.
    pub(crate) name: Arc<str>,
    /// What its records are filed under: its name and the kind of its users, so that the logins of
    /// two types of user stay apart even where two managers have one name, one key and one store.
    pub(crate) records: Arc<str>,
    pub(crate) user_type: TypeId,
    pub(crate) store: Box<dyn AnyStore>,
    pub(crate) user_loader: Option<Box<dyn AnyUserLoader>>,
    pub(crate) request_loaders: Vec<Box<dyn AnyRequestLoader>>,
    pub(crate) limits: Limits,
    pub(crate) protection: Protection,
    pub(crate) cookies: LoginCookies,
    pub(crate) flash: FlashCookie,
    pub(crate) next: SealedCookie,
    pub(crate) auth_hashes: Digester,
    pub(crate) identifiers: Digester,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) timeout: Duration,
    pub(crate) refusal: RefusalSettings,
    pub(crate) next_rule: NextRule,
    pub(crate) next_field: Box<str>,
    pub(crate) next_in_cookie: bool,
    pub(crate) trusted_origins: Vec<String>,
    pub(crate) plain_http: bool,
    pub(crate) hooks: Vec<EventHook>,
    /// When a login last looked for logins to forget, in seconds of UTC.
    pub(crate) purged_at: AtomicI64,
    pub(crate) anonymous: Option<Arc<dyn AnyUser>>,
}

impl Realm {
    /// Tells hooks and `tracing` what happened; the event is only made if somebody listens.
    pub(crate) fn emit(&self, event: impl FnOnce() -> LoginEvent) {
        if self.hooks.is_empty()
            && !tracing::enabled!(target: "login_runtime", tracing::Level::WARN)
        {
            return;
        }
        let event = event();
        let realm = &*self.name;
        let LoginEvent {
            kind,
            user_id,
            login,
            ..
        } = &event;
        match kind {
            LoginEventKind::UserAccessed => {
                tracing::trace!(target: "login_runtime", realm, event = ?kind);
            }
            LoginEventKind::SessionProtected { .. }
            | LoginEventKind::RememberTheft
            | LoginEventKind::RememberRefused { .. }
            | LoginEventKind::AuthHashChanged => {
                tracing::warn!(target: "login_runtime", realm, user_id, ?login, event = ?kind);
            }
            _ => tracing::info!(target: "login_runtime", realm, user_id, ?login, event = ?kind),
        }
        for hook in &self.hooks {
            // What a hook does must not cut a login off half way.
            if catch_unwind(AssertUnwindSafe(|| hook(&event))).is_err() {
                tracing::error!(target: "login_runtime", realm, "an `on_event` hook panicked");
            }
        }
    }
}
