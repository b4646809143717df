//! What a builder has been told, and every default.

use std::{sync::Arc, time::Duration};

use axum::handler::Handler;

use crate::{
    clock::{Clock, SystemClock},
    cookie::CookieOptions,
    crypto::SecretKey,
    login::Limits,
    realm::{
        BoxedHandler, ClientAddress, EventHook, RefusalSettings, SessionProtection, box_handler,
    },
    store::AnyStore,
    user::AnyUser,
};

/// Something that needs the application's state, until it has it.
pub(super) enum Pending<S, B> {
    Waiting(Box<dyn FnOnce(S) -> B + Send + Sync>),
    Bound(B),
}

impl<S, B> Pending<S, B> {
    pub(super) fn bind<S2>(self, state: S) -> Pending<S2, B> {
        Pending::Bound(match self {
            Self::Waiting(bind) => bind(state),
            Self::Bound(bound) => bound,
        })
    }
}

impl<S: Clone + Send + Sync + 'static> Pending<S, BoxedHandler> {
    pub(super) fn handler<H, T>(handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        Self::Waiting(Box::new(|state| box_handler(handler, state)))
    }
}

impl<B> Pending<(), B> {
    pub(super) fn bound(self) -> B {
        match self {
            Self::Waiting(bind) => bind(()),
            Self::Bound(bound) => bound,
        }
    }
}

/// Everything that does not depend on the application's state.
pub(super) struct Settings {
    pub(super) store: Box<dyn AnyStore>,
    pub(super) keys: Vec<SecretKey>,
    pub(super) fallback_keys: Vec<SecretKey>,
    pub(super) realm: String,
    pub(super) limits: Limits,
    pub(super) protection: SessionProtection,
    pub(super) bind_network: bool,
    pub(super) client_address: Option<ClientAddress>,
    pub(super) session_cookie: CookieOptions,
    pub(super) remember_cookie: CookieOptions,
    /// The remember overlap in seconds, where it was set.
    pub(super) overlap: Option<i64>,
    pub(super) plain_http: bool,
    pub(super) clock: Box<dyn Clock>,
    pub(super) timeout: Duration,
    pub(super) refusal: RefusalSettings,
    pub(super) next_hosts: Vec<String>,
    pub(super) next_field: String,
    pub(super) next_in_cookie: bool,
    pub(super) trusted_origins: Vec<String>,
    pub(super) hooks: Vec<EventHook>,
    pub(super) anonymous: Option<Arc<dyn AnyUser>>,
}

impl Settings {
    pub(super) fn new(store: Box<dyn AnyStore>) -> Self {
        Self {
            store,
            keys: Vec::new(),
            fallback_keys: Vec::new(),
            realm: "login".to_owned(),
            limits: Limits::default(),
            protection: SessionProtection::default(),
            bind_network: false,
            client_address: None,
            session_cookie: CookieOptions::default(),
            remember_cookie: CookieOptions::default(),
            overlap: None,
            plain_http: false,
            clock: Box::new(SystemClock),
            timeout: Duration::from_secs(10),
            refusal: RefusalSettings::default(),
            next_hosts: Vec::new(),
            next_field: "next".to_owned(),
            next_in_cookie: false,
            trusted_origins: Vec::new(),
            hooks: Vec::new(),
            anonymous: None,
        }
    }
}
