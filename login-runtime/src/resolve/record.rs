//! The login that the cookies stand for: the session, else what is remembered.

use std::sync::Arc;

use axum::http::request::Parts;

use super::ATTEMPTS;
use crate::{
    cookie::{Presented, RememberTicket, SessionTicket, VerifiedLogins},
    crypto::Compared,
    error::LoginError,
    event::{LoginEvent, RememberRefusal},
    login::{
        Login, PreviousToken, Remember, age,
        remember::{self, Token, Verdict},
    },
    origin,
    protection::{NoAddress, SessionProtection},
    refusal,
    request::{By, Current, Failure, LoginHandle, State},
    store::Update,
};

fn no_address(_: NoAddress) -> Failure {
    tracing::error!(target: "login_runtime", "{}", LoginError::NoAddress);
    Failure::Misuse
}

fn is_unacknowledged(login: &Login) -> bool {
    login.remember.as_ref().is_some_and(|it| !it.acknowledged)
}

/// One look at a record: decided, or to be done anew because the record changed meanwhile.
enum Look<T> {
    Decided(T),
    Changed,
}

impl LoginHandle {
    /// What the request's cookies say, if they name a login and may be used. Nothing is awaited.
    #[inline]
    pub(super) fn presented(&self, state: &mut State, parts: &Parts) -> Option<Presented> {
        state.asked.cookie = true;
        let manager = &*self.manager;
        let values = manager.cookies.find(&parts.headers)?;
        let at = (state.now(manager), manager.limits.skew);
        let mut verified = VerifiedLogins::default();
        let presented = manager.cookies.open(&values, at, &mut verified);
        if verified.is_empty() {
            return None;
        }
        if !origin::may_use_cookies(parts, &manager.trusted_origins) {
            tracing::warn!(
                target: "login_runtime",
                "a WebSocket from another origin does not get the login of its cookie; if the \
                 origin is yours, name it with `.trusted_origin(..)`",
            );
            return None;
        }
        state.verified = verified;
        Some(presented)
    }

    /// The login of a session that needs nothing but a look at the store's memory: not a restore,
    /// not a note that it was seen, not an answer that has to be waited for. Whatever this cannot
    /// tell, [`find_record`](Self::find_record) looks at from the beginning.
    ///
    /// Nearly every request ends here, and without futures around futures it does so in 250 ns less.
    #[inline]
    pub(super) fn known_at_once(
        &self,
        presented: &Presented,
        parts: &Parts,
        now: i64,
    ) -> Option<Current> {
        let ticket = presented.session.as_ref()?;
        let login = self.load_now(ticket.id, &ticket.carried)?;
        let plain = self.session_counts(&login, ticket, now)
            && !self.is_due(&login, now)
            && self.compare_client(&login, parts).unwrap_or(false);
        plain.then_some(Current {
            login,
            by: By::Session,
            same_client: true,
        })
    }

    pub(super) async fn find_record(
        &self,
        presented: &Presented,
        parts: &Parts,
        now: i64,
    ) -> Result<Option<Current>, Failure> {
        for _ in 0..ATTEMPTS {
            if let Look::Decided(current) = self.look(presented, parts, now).await? {
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
        let login = match &presented.session {
            Some(session) if session.carried == ticket.carried => loaded,
            _ => self.load(ticket.id, &ticket.carried).await?,
        };
        match login {
            Some(login) if !self.manager.limits.is_from_future(&login, now) => {
                self.enter_by_remember(&login, ticket, parts, now).await
            }
            _ => Ok(Look::Decided(None)),
        }
    }

    #[inline]
    fn session_counts(&self, login: &Login, ticket: &SessionTicket, now: i64) -> bool {
        let limits = &self.manager.limits;
        login.generation == ticket.generation
            && !limits.is_from_future(login, now)
            && limits.session_lives(login, now, self.manager.store.revocable())
    }

    /// Whether the record has to note that its session was seen.
    #[inline]
    fn is_due(&self, login: &Login, now: i64) -> bool {
        let manager = &*self.manager;
        let touch = age(now, login.last_seen_at) >= manager.limits.touch;
        (touch || is_unacknowledged(login)) && manager.store.revocable()
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
        if self.is_due(&login, now) {
            let mut seen = Login::clone(&login);
            seen.last_seen_at = seen.last_seen_at.max(now);
            if let Some(remember) = &mut seen.remember {
                remember.acknowledged = true;
            }
            let seen = Arc::new(self.stamped(seen));
            match self
                .ask_store(manager.store.update(Arc::clone(&seen)))
                .await
            {
                Ok(Update::Updated) => login = seen,
                Ok(Update::Gone) => return Ok(Look::Decided(None)),
                Ok(Update::Changed) if is_unacknowledged(&login) => return Ok(Look::Changed),
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
        self.compare_client(login, parts).map_err(no_address)
    }

    #[inline]
    fn compare_client(&self, login: &Login, parts: &Parts) -> Result<bool, NoAddress> {
        let manager = &*self.manager;
        if manager.protection.mode == SessionProtection::Off {
            return Ok(true);
        }
        let identifier = manager.protection.identifier(parts)?;
        let Some(known) = &login.identifier else {
            return Ok(false);
        };
        let compared = manager
            .identifiers
            .compare(known, &login.user_id, &identifier);
        Ok(compared != Compared::Different)
    }

    /// Acts on a session that comes from another client; says whether the login goes on.
    async fn protect(&self, login: &Login) -> Result<bool, Failure> {
        let manager = &*self.manager;
        let ended = manager.protection.mode == SessionProtection::Strong;
        if ended {
            self.delete(login.id, &manager.store.carry(login)).await?;
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
            let identifier = manager.protection.identifier(parts).map_err(no_address)?;
            restored.identifier = Some(manager.identifiers.digest(&login.user_id, &identifier));
        }
        // Without a server nobody could notice a copy, so the token in the cookie stays.
        let token = match manager.store.revocable() {
            true => Some(Token::generate().map_err(|_| Failure::Unavailable)?),
            false => None,
        };
        if let Some(token) = &token {
            let rotated = remember::rotated(remembered, previous, token, now);
            restored.remember = Some(Box::new(rotated));
        }
        let restored = Arc::new(self.stamped(restored));
        match self
            .ask_store(manager.store.update(Arc::clone(&restored)))
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
        state.out().session = Some(session);
        if remember.is_some() {
            state.out().remember = remember;
        }
        drop(state);
        Ok(Look::Decided(Some(Current {
            login: restored,
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
}
