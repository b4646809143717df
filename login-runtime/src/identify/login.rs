//! The login that the cookies stand for: the session, else what is remembered.

use std::sync::Arc;

use axum::http::request::Parts;

use super::websocket;
use crate::{
    cookie::{Presented, RememberTicket, SessionTicket},
    crypto::Compared,
    error::LoginError,
    event::{LoginEvent, RememberRefusal},
    login::{
        Login, LoginIds, PreviousToken, Remember, age,
        remember::{self, Token, Verdict},
    },
    realm::{NoAddress, SessionProtection},
    request::{ATTEMPTS, By, Current, Failure, LoginHandle, State, messages},
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

/// What the request's cookies say, if they name a login and may be used. Nothing is awaited.
#[inline]
pub(super) fn presented(
    handle: &LoginHandle,
    state: &mut State,
    parts: &Parts,
) -> Option<Presented> {
    state.asked.cookie = true;
    let manager = &*handle.manager;
    let values = manager.cookies.find(&parts.headers)?;
    let at = (state.now(manager), manager.limits.skew);
    let mut verified = LoginIds::default();
    let presented = manager.cookies.open(&values, at, &mut verified);
    if verified.is_empty() {
        return None;
    }
    if !websocket::may_use_cookies(parts, &manager.trusted_origins) {
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
/// tell, [`find`] looks at from the beginning.
///
/// Nearly every request ends here, and without futures around futures it does so in 250 ns less.
#[inline]
pub(super) fn known_at_once(
    handle: &LoginHandle,
    presented: &Presented,
    parts: &Parts,
    now: i64,
) -> Option<Current> {
    let ticket = presented.session.as_ref()?;
    let login = handle.load_now(ticket.id, &ticket.carried)?;
    let plain = session_counts(handle, &login, ticket, now)
        && !is_due(handle, &login, now)
        && compare_client(handle, &login, parts).unwrap_or(false);
    plain.then_some(Current {
        login,
        by: By::Session,
        same_client: true,
    })
}

pub(super) async fn find(
    handle: &LoginHandle,
    presented: &Presented,
    parts: &Parts,
    now: i64,
) -> Result<Option<Current>, Failure> {
    for _ in 0..ATTEMPTS {
        if let Look::Decided(current) = look(handle, presented, parts, now).await? {
            return Ok(current);
        }
    }
    tracing::error!(target: "login_runtime", "a login kept changing while it was looked at");
    Err(Failure::Unavailable)
}

async fn look(
    handle: &LoginHandle,
    presented: &Presented,
    parts: &Parts,
    now: i64,
) -> Result<Look<Option<Current>>, Failure> {
    let mut loaded = None;
    if let Some(ticket) = &presented.session {
        loaded = handle.load(ticket.id, &ticket.carried).await?;
        if let Some(login) = &loaded
            && session_counts(handle, login, ticket, now)
        {
            return enter_by_session(handle, login, parts, now).await;
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
        _ => handle.load(ticket.id, &ticket.carried).await?,
    };
    match login {
        Some(login) if !handle.manager.limits.is_from_future(&login, now) => {
            enter_by_remember(handle, &login, ticket, parts, now).await
        }
        _ => Ok(Look::Decided(None)),
    }
}

#[inline]
fn session_counts(handle: &LoginHandle, login: &Login, ticket: &SessionTicket, now: i64) -> bool {
    let limits = &handle.manager.limits;
    login.generation == ticket.generation
        && !limits.is_from_future(login, now)
        && limits.session_lives(login, now, handle.manager.store.revocable())
}

/// Whether the record has to note that its session was seen.
#[inline]
fn is_due(handle: &LoginHandle, login: &Login, now: i64) -> bool {
    let manager = &*handle.manager;
    let touch = age(now, login.last_seen_at) >= manager.limits.touch;
    (touch || is_unacknowledged(login)) && manager.store.revocable()
}

async fn enter_by_session(
    handle: &LoginHandle,
    login: &Arc<Login>,
    parts: &Parts,
    now: i64,
) -> Result<Look<Option<Current>>, Failure> {
    let manager = &*handle.manager;
    let same_client = is_same_client(handle, login, parts)?;
    if !same_client && !protect(handle, login).await? {
        return Ok(Look::Decided(None));
    }
    let mut login = Arc::clone(login);
    if is_due(handle, &login, now) {
        let mut seen = Login::clone(&login);
        seen.last_seen_at = seen.last_seen_at.max(now);
        if let Some(remember) = &mut seen.remember {
            remember.acknowledged = true;
        }
        let seen = handle.stamped(seen);
        match handle.ask_store(manager.store.update(seen.clone())).await {
            Ok(Update::Updated) => login = Arc::new(seen),
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

fn is_same_client(handle: &LoginHandle, login: &Login, parts: &Parts) -> Result<bool, Failure> {
    compare_client(handle, login, parts).map_err(no_address)
}

#[inline]
fn compare_client(handle: &LoginHandle, login: &Login, parts: &Parts) -> Result<bool, NoAddress> {
    let manager = &*handle.manager;
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
async fn protect(handle: &LoginHandle, login: &Login) -> Result<bool, Failure> {
    let manager = &*handle.manager;
    let ended = manager.protection.mode == SessionProtection::Strong;
    if ended {
        handle
            .ask_store(manager.store.delete(&manager.realm, login.id))
            .await?;
        handle.remove_login_cookies();
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
    handle: &LoginHandle,
    login: &Arc<Login>,
    ticket: &RememberTicket,
    parts: &Parts,
    now: i64,
) -> Result<Look<Option<Current>>, Failure> {
    let manager = &*handle.manager;
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
            restore(handle, login, remembered, previous, parts, now).await
        }
        Verdict::Expired => refused(RememberRefusal::Expired),
        Verdict::AheadOfStore => refused(RememberRefusal::AheadOfStore),
        Verdict::Theft => {
            end_after_theft(handle, login, parts).await?;
            Ok(Look::Decided(None))
        }
    }
}

/// Begins a new session of a remembered login: one compare-and-set, then both cookies.
async fn restore(
    handle: &LoginHandle,
    login: &Login,
    remembered: &Remember,
    previous: PreviousToken,
    parts: &Parts,
    now: i64,
) -> Result<Look<Option<Current>>, Failure> {
    let manager = &*handle.manager;
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
    let restored = handle.stamped(restored);
    match handle
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
    let mut state = handle.state();
    state.out().session = Some(session);
    if remember.is_some() {
        state.out().remember = remember;
    }
    drop(state);
    Ok(Look::Decided(Some(Current {
        login: Arc::new(restored),
        by: By::Remember,
        same_client: true,
    })))
}

async fn end_after_theft(
    handle: &LoginHandle,
    login: &Login,
    parts: &Parts,
) -> Result<(), Failure> {
    let manager = &*handle.manager;
    handle
        .ask_store(
            manager
                .store
                .delete_user(&manager.realm, &login.user_id, None),
        )
        .await?;
    manager.emit(|| LoginEvent::RememberTheft {
        user_id: login.user_id.to_string(),
        login: login.id,
    });
    messages::leave(handle, parts, &manager.refusal.theft_message);
    Ok(())
}
