//! A remembered login that comes back without its session.

use std::sync::Arc;

use axum::http::request::Parts;

use crate::{
    cookie::RememberTicket,
    event::{LoginEvent, RememberRefusal},
    login::{
        Login, PreviousToken, Remember,
        remember::{self, Token, Verdict},
    },
    realm::SessionProtection,
    request::{By, Current, Failure, LoginHandle, messages, no_address},
    store::Update,
};

/// One look at a record: decided, or to be done anew because the record changed meanwhile.
pub(super) enum Look<T> {
    Decided(T),
    Changed,
}

pub(super) async fn enter_by_remember(
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
