//! A remembered login that comes back without its session.

use std::sync::Arc;

use axum::http::request::Parts;

use super::{user, websocket};
use crate::{
    cookie::{Earned, RememberCookie},
    event::{LoginEventKind, Whom},
    login::{
        Login, life,
        remember::{self, Restore, Verdict},
    },
    request::{
        CurrentLogin, Failure, FoundBy, LoginHandle, Restored, Standing, no_address, too_long,
    },
    store::Update,
};

/// One look at a record: decided, or to be done anew because the record changed meanwhile.
pub(super) enum Look<T> {
    Decided(T),
    Changed,
}

const NOBODY: Look<Option<CurrentLogin>> = Look::Decided(None);

pub(super) async fn enter_by_remember(
    handle: &LoginHandle,
    login: &Arc<Login>,
    cookie: &RememberCookie,
    parts: &mut Parts,
    now: i64,
) -> Result<Look<Option<CurrentLogin>>, Failure> {
    let realm = &*handle.realm;
    let revocable = realm.store.revocable();
    match remember::judge(login, &cookie.claim, revocable, &realm.limits, now) {
        Verdict::Restore(by) => restore(handle, login, cookie, by, parts, now).await,
        // Of what goes on for hours, one request is not the end.
        Verdict::LetIn if websocket::is_websocket(parts) => Ok(NOBODY),
        Verdict::LetIn => Ok(Look::Decided(Some(CurrentLogin {
            login: Arc::clone(login),
            by: FoundBy::Remember,
            same_client: false,
            standing: Standing::LetIn,
        }))),
        Verdict::Refused(reason) => {
            let kind = LoginEventKind::RememberRefused { reason };
            handle.emit(kind, Whom::Login(login));
            Ok(NOBODY)
        }
        Verdict::Unshown => {
            handle.delete(login.id, &cookie.carried).await?;
            handle.emit(LoginEventKind::RememberExhausted, Whom::Login(login));
            Ok(NOBODY)
        }
        Verdict::Theft => end_after_theft(handle, login, parts, now).await,
    }
}

/// Begins a new session of a remembered login: one compare-and-set. The cookies are written when the
/// answer is made, if the record has not moved on until then.
async fn restore(
    handle: &LoginHandle,
    login: &Login,
    cookie: &RememberCookie,
    by: Restore,
    parts: &Parts,
    now: i64,
) -> Result<Look<Option<CurrentLogin>>, Failure> {
    let realm = &*handle.realm;
    let identifier = realm.protection.identifier(parts).map_err(no_address)?;
    let identifier = identifier.map(|it| realm.identifiers.digest(&login.user_id, &it));
    let restored = Arc::new(life::restored(login, identifier, by, &realm.limits, now));
    // Before anything is written: a login that does not fit its cookies stays what it was.
    let secret = cookie.claim.secret;
    let lines = handle
        .login_lines(&restored, Earned::ByRemember, Some(&secret), now)
        .map_err(too_long)?;
    let update = realm.store.update(Arc::clone(&restored));
    match handle.ask_store(update).await? {
        Update::Updated => {}
        Update::Changed => return Ok(Look::Changed),
        Update::Gone => return Ok(NOBODY),
    }
    if let (Restore::Counted(_), Some(remember)) = (by, &restored.remember) {
        let times = remember.strikes;
        let kind = LoginEventKind::RememberRepeated { times };
        handle.emit(kind, Whom::Login(login));
    }
    if by == Restore::Plain {
        // There is no other record than the one in the cookie, so nothing can move on.
        handle.state().out().session = Some(lines.session);
    } else {
        handle.state().out().restored = Some(Restored {
            login: Arc::clone(&restored),
            secret,
        });
    }
    Ok(Look::Decided(Some(CurrentLogin {
        login: restored,
        by: FoundBy::Remember,
        same_client: true,
        standing: Standing::Remembered,
    })))
}

/// Ends every login of the user, for there are two who hold the cookies of this one. It is itself
/// ended last, and kept for a day to tell them: whatever fails before is done at the next request.
///
/// A login whose auth hash is no longer the user's counts for nothing already, so it says nothing
/// about the others; nor does one of which that cannot be told.
async fn end_after_theft(
    handle: &LoginHandle,
    login: &Arc<Login>,
    parts: &mut Parts,
    now: i64,
) -> Result<Look<Option<CurrentLogin>>, Failure> {
    let realm = &*handle.realm;
    let everywhere = user::has_auth_hash_of(handle, login, parts).await;
    if everywhere {
        let others = realm
            .store
            .delete_user(&realm.records, &login.user_id, Some(login.id));
        handle.ask_store(others).await?;
    }
    let ended = Arc::new(life::ended(login, &realm.limits, now));
    match handle.ask_store(realm.store.update(ended)).await? {
        Update::Updated => {}
        Update::Changed => return Ok(Look::Changed),
        Update::Gone => return Ok(NOBODY),
    }
    let kind = LoginEventKind::RememberTheft { everywhere };
    handle.emit(kind, Whom::Login(login));
    handle.state().stolen = true;
    Ok(NOBODY)
}
