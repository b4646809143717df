//! Who is asking: the order in which the sources of a login are looked at, once per request.

use std::{borrow::Cow, future::Future, mem, sync::Arc};

use axum::{http::request::Parts, response::IntoResponse};

use crate::{
    deadline::{self, Unfinished},
    error::LoginError,
    event::{LoginEvent, RememberRefusal},
    limits::{Limits, age},
    loader::{Found, LoadError},
    login::{Login, LoginId, PreviousToken, Remember},
    origin,
    protection::{NoAddress, SessionProtection},
    refusal,
    remember::{self, Token, Verdict},
    request::{Begun, By, Current, Failure, Known, LoginHandle, RequestLogin, Stage, State, Via},
    seal::Compared,
    store::{StoreError, Ticket, Update},
    ticket::{Presented, RememberTicket, SessionTicket},
    user::AnyUser,
};

/// How often a record that keeps changing is looked at anew.
pub(crate) const ATTEMPTS: usize = 3;

/// One look at a record: decided, or to be done anew because the record changed meanwhile.
enum Look<T> {
    Decided(T),
    Changed,
}

impl LoginHandle {
    /// The login that the request's cookies stand for.
    pub(crate) async fn record(&self, parts: &Parts) -> Result<Option<Current>, Failure> {
        // A statement of its own: a match would hold the lock that its arms take again.
        let begun = self.state().record.begin();
        match begun {
            Begun::Answer(answer) => return answer,
            Begun::Recursion => return Err(self.recursion()),
            Begun::Resolve => {}
        }
        let reset = Reset {
            login: self,
            stage: |state| reset(&mut state.record),
        };
        let result = self.find_record(parts).await;
        self.state().record.finish(&result);
        // Settled, so there is nothing to open again: spares a lock (10 ns).
        mem::forget(reset);
        result
    }

    /// The user that the request comes from.
    pub(crate) async fn user(&self, parts: &mut Parts) -> Result<Option<Known>, Failure> {
        self.user_via(parts, Via::Any).await
    }

    /// The user that the request comes from, found in a way that a guard accepts.
    ///
    /// Who that is, is settled by the first to ask: a guard that refuses cookies makes the user of
    /// the API key the user of the whole request, whatever cookie came along.
    pub(crate) async fn user_via(
        &self,
        parts: &mut Parts,
        via: Via,
    ) -> Result<Option<Known>, Failure> {
        let begun = self.state().user.begin();
        match begun {
            Begun::Answer(answer) => {
                return answer.map(|known| known.filter(|known| known.is_via(via)));
            }
            Begun::Recursion => return Err(self.recursion()),
            Begun::Resolve => {}
        }
        let reset = Reset {
            login: self,
            stage: |state| reset(&mut state.user),
        };
        self.manager.emit(|| LoginEvent::UserAccessed);
        let mut result = self.find_user(parts, via).await;
        let mut state = self.state();
        if state.misused {
            result = Err(Failure::Misuse);
        }
        state.user.finish(&result);
        drop(state);
        mem::forget(reset);
        result
    }

    fn recursion(&self) -> Failure {
        tracing::error!(
            target: "login_runtime",
            "a loader asks for the login that it is loading; take `CurrentUser`, `LoggedIn` and \
             guards out of the loader's arguments",
        );
        self.state().misused = true;
        Failure::Misuse
    }

    async fn find_record(&self, parts: &Parts) -> Result<Option<Current>, Failure> {
        self.state().asked.cookie = true;
        if !parts.headers.contains_key(axum::http::header::COOKIE) {
            return Ok(None);
        }
        let manager = &*self.manager;
        let now = self.now();
        let mut presented = manager
            .cookies
            .read(&parts.headers, now, manager.limits.skew);
        if presented.verified.is_empty() {
            return Ok(None);
        }
        if !origin::may_use_cookies(parts, &manager.trusted_origins) {
            tracing::warn!(
                target: "login_runtime",
                "a WebSocket from another origin does not get the login of its cookie; if the \
                 origin is yours, name it with `.trusted_origin(..)`",
            );
            return Ok(None);
        }
        self.state().verified = mem::take(&mut presented.verified);
        for _ in 0..ATTEMPTS {
            if let Look::Decided(current) = self.look(&presented, parts, now).await? {
                return Ok(current);
            }
        }
        tracing::error!(target: "login_runtime", "a login kept changing while it was looked at");
        Err(Failure::Unavailable)
    }

    async fn look(
        &self,
        presented: &Presented,
        parts: &Parts,
        now: i64,
    ) -> Result<Look<Option<Current>>, Failure> {
        let mut loaded = None;
        if let Some(ticket) = &presented.session {
            loaded = self.load(ticket.id, &ticket.carried).await?;
            if let Some(login) = &loaded
                && self.session_counts(login, ticket, now)
            {
                return self.enter_by_session(login, parts, now).await;
            }
        }
        let Some(ticket) = &presented.remember else {
            return Ok(Look::Decided(None));
        };
        if presented
            .session
            .as_ref()
            .is_some_and(|session| session.id != ticket.id)
        {
            return Ok(Look::Decided(None));
        }
        // A record that travels in cookies may be an older one in this cookie than in the other.
        let login = match loaded {
            Some(login) if ticket.carried.is_empty() => Some(login),
            None if presented.session.is_some() && ticket.carried.is_empty() => None,
            _ => self.load(ticket.id, &ticket.carried).await?,
        };
        match login {
            Some(login) if !self.manager.limits.is_from_future(&login, now) => {
                self.enter_by_remember(&login, ticket, parts, now).await
            }
            _ => Ok(Look::Decided(None)),
        }
    }

    fn session_counts(&self, login: &Login, ticket: &SessionTicket, now: i64) -> bool {
        let limits = &self.manager.limits;
        login.generation == ticket.generation
            && !limits.is_from_future(login, now)
            && limits.session_lives(login, now, self.manager.store.revocable())
    }

    async fn enter_by_session(
        &self,
        login: &Arc<Login>,
        parts: &Parts,
        now: i64,
    ) -> Result<Look<Option<Current>>, Failure> {
        let manager = &*self.manager;
        let same_client = self.is_same_client(login, parts)?;
        if !same_client && !self.protect(login).await? {
            return Ok(Look::Decided(None));
        }
        let mut login = Arc::clone(login);
        let unacknowledged = login.remember.as_ref().is_some_and(|it| !it.acknowledged);
        let touch = age(now, login.last_seen_at) >= manager.limits.touch;
        if (unacknowledged || touch) && manager.store.revocable() {
            let mut seen = Login::clone(&login);
            seen.last_seen_at = seen.last_seen_at.max(now);
            if let Some(remember) = &mut seen.remember {
                remember.acknowledged = true;
            }
            let seen = self.stamped(seen);
            match self.ask_store(manager.store.update(seen.clone())).await {
                Ok(Update::Updated) => login = Arc::new(seen),
                Ok(Update::Gone) => return Ok(Look::Decided(None)),
                Ok(Update::Changed) if unacknowledged => return Ok(Look::Changed),
                // The login was read and is good; that it was seen was noted by somebody else,
                // or can be noted next time.
                Ok(Update::Changed) | Err(_) => {}
            }
        }
        Ok(Look::Decided(Some(Current {
            login,
            by: By::Session,
            same_client,
        })))
    }

    fn is_same_client(&self, login: &Login, parts: &Parts) -> Result<bool, Failure> {
        let manager = &*self.manager;
        if manager.protection.mode == SessionProtection::Off {
            return Ok(true);
        }
        let identifier = self.identifier(parts)?;
        let Some(known) = &login.identifier else {
            return Ok(false);
        };
        let compared = manager
            .identifiers
            .compare(known, &login.user_id, &identifier);
        Ok(compared != Compared::Different)
    }

    fn identifier<'a>(&self, parts: &'a Parts) -> Result<Cow<'a, [u8]>, Failure> {
        self.manager
            .protection
            .identifier(parts)
            .map_err(|NoAddress| {
                tracing::error!(target: "login_runtime", "{}", LoginError::NoAddress);
                Failure::Misuse
            })
    }

    /// Acts on a session that comes from another client; says whether the login goes on.
    async fn protect(&self, login: &Login) -> Result<bool, Failure> {
        let manager = &*self.manager;
        let ended = manager.protection.mode == SessionProtection::Strong;
        if ended {
            self.ask_store(manager.store.delete(&manager.realm, login.id))
                .await?;
            self.remove_login_cookies();
        }
        if ended || login.fresh_since.is_some() {
            manager.emit(|| LoginEvent::SessionProtected {
                user_id: login.user_id.to_string(),
                login: login.id,
                ended,
            });
        }
        Ok(!ended)
    }

    async fn enter_by_remember(
        &self,
        login: &Arc<Login>,
        ticket: &RememberTicket,
        parts: &Parts,
        now: i64,
    ) -> Result<Look<Option<Current>>, Failure> {
        let manager = &*self.manager;
        let refused = |reason| {
            manager.emit(|| LoginEvent::RememberRefused {
                user_id: login.user_id.to_string(),
                login: login.id,
                reason,
            });
            Ok(Look::Decided(None))
        };
        let Some(remembered) = &login.remember else {
            return refused(RememberRefusal::NotRemembered);
        };
        let verdict = remember::judge(
            remembered,
            &ticket.token,
            ticket.counter,
            now,
            manager.limits.grace,
        );
        match verdict {
            Verdict::Grace => Ok(Look::Decided(Some(Current {
                login: Arc::clone(login),
                by: By::Remember,
                same_client: false,
            }))),
            Verdict::Rotate { previous } => {
                self.restore(login, remembered, previous, parts, now).await
            }
            Verdict::Expired => refused(RememberRefusal::Expired),
            Verdict::AheadOfStore => refused(RememberRefusal::AheadOfStore),
            Verdict::Theft => {
                self.end_after_theft(login, parts).await?;
                Ok(Look::Decided(None))
            }
        }
    }

    /// Begins a new session of a remembered login: one compare-and-set, then both cookies.
    async fn restore(
        &self,
        login: &Login,
        remembered: &Remember,
        previous: PreviousToken,
        parts: &Parts,
        now: i64,
    ) -> Result<Look<Option<Current>>, Failure> {
        let manager = &*self.manager;
        let mut restored = login.clone();
        restored.generation = restored.generation.saturating_add(1);
        restored.session_started_at = now;
        restored.last_seen_at = restored.last_seen_at.max(now);
        restored.fresh_since = None;
        restored.identifier = None;
        if manager.protection.mode != SessionProtection::Off {
            let identifier = self.identifier(parts)?;
            restored.identifier = Some(manager.identifiers.digest(&login.user_id, &identifier));
        }
        // Without a server nobody could notice a copy, so the token in the cookie stays.
        let token = match manager.store.revocable() {
            true => Some(Token::generate().map_err(|_| Failure::Unavailable)?),
            false => None,
        };
        if let Some(token) = &token {
            restored.remember = Some(remember::rotated(remembered, previous, token, now));
        }
        let restored = self.stamped(restored);
        match self
            .ask_store(manager.store.update(restored.clone()))
            .await?
        {
            Update::Updated => {}
            Update::Changed => return Ok(Look::Changed),
            Update::Gone => return Ok(Look::Decided(None)),
        }
        let carried = manager.store.carry(&restored);
        let cookies = &manager.cookies;
        let too_long = |_| {
            tracing::error!(target: "login_runtime", "a restored login does not fit its cookie");
            Failure::Misuse
        };
        let session = cookies
            .session_line(&restored, &carried, now, &manager.limits)
            .map_err(too_long)?;
        let remember = match &token {
            Some(_) => cookies
                .remember_line(&restored, token.as_ref(), &carried, now)
                .map_err(too_long)?,
            None => None,
        };
        let mut state = self.state();
        state.out.session = Some(session);
        if remember.is_some() {
            state.out.remember = remember;
        }
        drop(state);
        Ok(Look::Decided(Some(Current {
            login: Arc::new(restored),
            by: By::Remember,
            same_client: true,
        })))
    }

    async fn end_after_theft(&self, login: &Login, parts: &Parts) -> Result<(), Failure> {
        let manager = &*self.manager;
        self.ask_store(
            manager
                .store
                .delete_user(&manager.realm, &login.user_id, None),
        )
        .await?;
        manager.emit(|| LoginEvent::RememberTheft {
            user_id: login.user_id.to_string(),
            login: login.id,
        });
        refusal::flash_message(self, parts, &manager.refusal.theft_message);
        Ok(())
    }

    async fn find_user(&self, parts: &mut Parts, via: Via) -> Result<Option<Known>, Failure> {
        if via != Via::Request
            && let Some(known) = self.user_of_login(parts).await?
        {
            return Ok(Some(known));
        }
        match via {
            Via::Session => Ok(None),
            _ => self.user_of_request(parts).await,
        }
    }

    async fn user_of_login(&self, parts: &mut Parts) -> Result<Option<Known>, Failure> {
        let manager = &*self.manager;
        let Some(current) = self.record(parts).await? else {
            return Ok(None);
        };
        let Some(loader) = &manager.user_loader else {
            return Ok(None);
        };
        let found = loader.load(&current.login.user_id, parts);
        let Some(user) = self.ask_loader(found, "user loader").await? else {
            return Ok(None);
        };
        if !self.is_same_auth_hash(&current.login, &*user).await
            || !(user.is_active() || current.login.forced)
        {
            return Ok(None);
        }
        if current.by == By::Remember {
            let user_id = current.login.user_id.to_string();
            manager.emit(|| LoginEvent::UserLoadedFromCookie { user_id });
        }
        Ok(Some(Known {
            user,
            by: current.by,
        }))
    }

    async fn user_of_request(&self, parts: &mut Parts) -> Result<Option<Known>, Failure> {
        let manager = &*self.manager;
        for (index, loader) in manager.request_loaders.iter().enumerate() {
            self.state().asked.loaders |= 1 << index.min(63);
            if !loader.source().is_present(parts) {
                continue;
            }
            let user = self
                .ask_loader(loader.load(parts), "request loader")
                .await?;
            if let Some(user) = user.filter(|user| user.is_active()) {
                manager.emit(|| LoginEvent::UserLoadedFromRequest {
                    user_id: user.get_id(),
                });
                return Ok(Some(Known {
                    user,
                    by: By::Request,
                }));
            }
        }
        Ok(None)
    }

    /// Whether the user's auth hash is the one that the login was made with.
    async fn is_same_auth_hash(&self, login: &Login, user: &dyn AnyUser) -> bool {
        let manager = &*self.manager;
        let compared = match (&login.auth_hash, user.auth_hash()) {
            (None, None) => return true,
            (Some(digest), Some(value)) => {
                manager.auth_hashes.compare(digest, &login.user_id, &value)
            }
            // A hash appeared or went away: the login was made under other rules.
            _ => Compared::Different,
        };
        match compared {
            Compared::Same => true,
            Compared::SameUnderOldKey => {
                let mut stamped = login.clone();
                stamped.auth_hash = user
                    .auth_hash()
                    .map(|value| manager.auth_hashes.digest(&login.user_id, &value));
                // Best effort: while the old key is there, the old digest goes on counting.
                if manager.store.revocable() {
                    let _ = self
                        .ask_store(manager.store.update(self.stamped(stamped)))
                        .await;
                }
                true
            }
            Compared::Different => {
                manager.emit(|| LoginEvent::AuthHashChanged {
                    user_id: login.user_id.to_string(),
                    login: login.id,
                });
                false
            }
        }
    }

    async fn ask_loader(
        &self,
        found: impl Future<Output = Found<Arc<dyn AnyUser>>>,
        what: &str,
    ) -> Result<Option<Arc<dyn AnyUser>>, Failure> {
        let error = match deadline::run(self.manager.timeout, found).await {
            Ok(Ok(user)) => return Ok(user),
            Ok(Err(LoadError::Failed(error))) => format!("failed: {error}"),
            Ok(Err(LoadError::Rejected(rejection))) => {
                let status = rejection.into_response().status();
                format!("was not called, because one of its extractors answered {status}")
            }
            Err(unfinished) => describe(unfinished).to_owned(),
        };
        tracing::error!(target: "login_runtime", "the {what} {error}");
        Err(Failure::Unavailable)
    }
}

impl RequestLogin {
    /// Awaits the store, and logs where it did not answer.
    pub(crate) async fn ask_store<T>(
        &self,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, Failure> {
        let answered = deadline::run(self.manager.timeout, answer).await;
        match answered {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => tracing::error!(target: "login_runtime", "{error}"),
            Err(unfinished) => {
                tracing::error!(target: "login_runtime", "the login store {}", describe(unfinished));
            }
        }
        Err(Failure::Unavailable)
    }

    pub(crate) async fn load(
        &self,
        id: LoginId,
        carried: &[u8],
    ) -> Result<Option<Arc<Login>>, Failure> {
        let ticket = Ticket {
            realm: &self.manager.realm,
            id,
            carried,
        };
        self.ask_store(self.manager.store.load(ticket)).await
    }

    /// The record as it is to be written: with the next version and its new expiry.
    pub(crate) fn stamped(&self, mut login: Login) -> Login {
        login.version = login.version.saturating_add(1);
        login.expires_at = self.manager.limits.expiry(&login);
        login
    }

    pub(crate) fn remove_login_cookies(&self) {
        let cookies = &self.manager.cookies;
        let mut state = self.state();
        state.out.session = cookies.session.spec.remove();
        state.out.remember = cookies.remember.spec.remove();
    }

    /// Whether a login is fresh, by the manager's limit or within so many seconds.
    pub(crate) fn is_fresh(&self, current: &Current, within: Option<i64>) -> bool {
        let limits = &self.manager.limits;
        current.same_client
            && Limits::is_fresh(
                current.login.fresh_since,
                self.now(),
                within.unwrap_or(limits.fresh),
            )
    }
}

fn describe(unfinished: Unfinished) -> &'static str {
    match unfinished {
        Unfinished::Panicked => "panicked",
        Unfinished::TimedOut => "did not answer in time (`loader_timeout`)",
    }
}

/// A question whose asker went away is open again.
struct Reset<'a> {
    login: &'a RequestLogin,
    stage: fn(&mut State),
}

impl Drop for Reset<'_> {
    fn drop(&mut self) {
        (self.stage)(&mut self.login.state());
    }
}

fn reset<T>(stage: &mut Stage<T>) {
    if matches!(stage, Stage::Resolving) {
        *stage = Stage::Unasked;
    }
}
