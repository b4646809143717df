//! A remembered login that comes back without its session.

use std::sync::Arc;

use axum::http::request::Parts;

use crate::{
    cookie::RememberCookie,
    event::{LoginEventKind, RememberRefusal, Whom},
    login::{
        Login, PreviousToken, life,
        remember::{self, Token, Verdict},
    },
    realm::SessionProtection,
    request::{CurrentLogin, Failure, FoundBy, LoginHandle, messages, no_address},
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
    cookie: &RememberCookie,
    parts: &Parts,
    now: i64,
) -> Result<Look<Option<CurrentLogin>>, Failure> {
    let realm = &*handle.realm;
    let refused = |reason| {
        let kind = LoginEventKind::RememberRefused { reason };
        handle.emit(kind, Whom::Login(login));
        Ok(Look::Decided(None))
    };
    let Some(remembered) = &login.remember else {
        return refused(RememberRefusal::NotRemembered);
    };
    let verdict = remember::judge(
        remembered,
        &cookie.token,
        cookie.counter,
        now,
        realm.limits.grace,
    );
    match verdict {
        Verdict::Grace => Ok(Look::Decided(Some(CurrentLogin {
            login: Arc::clone(login),
            by: FoundBy::Remember,
            same_client: false,
        }))),
        Verdict::Rotate { previous } => restore(handle, login, previous, parts, now).await,
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
    previous: PreviousToken,
    parts: &Parts,
    now: i64,
) -> Result<Look<Option<CurrentLogin>>, Failure> {
    let realm = &*handle.realm;
    let identifier = match realm.protection.mode {
        SessionProtection::Off => None,
        _ => {
            let identifier = realm.protection.identifier(parts).map_err(no_address)?;
            Some(realm.identifiers.digest(&login.user_id, &identifier))
        }
    };
    // Without a server nobody could notice a copy, so the token in the cookie stays.
    let token = match realm.store.revocable() {
        true => Some(Token::generate().map_err(|_| Failure::Unavailable)?),
        false => None,
    };
    let next = token.as_ref().map(|token| (token, previous));
    let restored = Arc::new(life::restored(login, identifier, next, &realm.limits, now));
    let update = realm.store.update(Arc::clone(&restored));
    match handle.ask_store(update).await? {
        Update::Updated => {}
        Update::Changed => return Ok(Look::Changed),
        Update::Gone => return Ok(Look::Decided(None)),
    }
    let carried = realm.store.carry(&restored);
    let cookies = &realm.cookies;
    let too_long = |_| {
        tracing::error!(target: "login_runtime", "a restored login does not fit its cookie");
        Failure::Misuse
    };
    let session = cookies
        .session_line(&restored, &carried, now, &realm.limits)
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
    Ok(Look::Decided(Some(CurrentLogin {
        login: restored,
        by: FoundBy::Remember,
        same_client: true,
    })))
}

async fn end_after_theft(
    handle: &LoginHandle,
    login: &Login,
    parts: &Parts,
) -> Result<(), Failure> {
    let realm = &*handle.realm;
    handle
        .ask_store(
            realm
                .store
                .delete_user(&realm.records, &login.user_id, None),
        )
        .await?;
    handle.emit(LoginEventKind::RememberTheft, Whom::Login(login));
    messages::leave(handle, parts, &realm.refusal.theft_message);
    Ok(())
}
