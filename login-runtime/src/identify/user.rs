//! The user behind a login or a credential, found by a loader.

use std::{future::Future, sync::Arc};

use axum::http::request::Parts;

use super::{Begun, end};
use crate::{
    crypto::Compared,
    deadline,
    event::{LoginEventKind, Whom},
    loader::{Found, LoadError, Source},
    login::{Login, life},
    request::{Failure, FoundBy, FoundUser, LoginHandle, Via},
    user::AnyUser,
};

pub(super) async fn find(
    handle: &LoginHandle,
    parts: &mut Parts,
    via: Via,
    record: Option<Begun>,
) -> Result<Option<FoundUser>, Failure> {
    if let Some(record) = record
        && let Some(known) = user_of_login(handle, parts, record).await?
    {
        return Ok(Some(known));
    }
    match via {
        Via::Session => Ok(None),
        _ => user_of_request(handle, parts).await,
    }
}

async fn user_of_login(
    handle: &LoginHandle,
    parts: &mut Parts,
    record: Begun,
) -> Result<Option<FoundUser>, Failure> {
    let realm = &*handle.realm;
    let Some(current) = end(handle, record, parts).await? else {
        return Ok(None);
    };
    let Some(loader) = &realm.user_loader else {
        return Ok(None);
    };
    let found = loader.load(&current.login.user_id, parts);
    let Some(user) = ask_loader(handle, found, "user loader").await? else {
        return Ok(None);
    };
    let counts = match compare_auth_hash(handle, &current.login, &*user) {
        Compared::Same => true,
        Compared::SameUnderOldKey => {
            Box::pin(stamp_auth_hash(handle, &current.login, &*user)).await;
            true
        }
        Compared::Different => false,
    };
    if !counts || !(user.is_active() || current.login.forced) {
        return Ok(None);
    }
    if current.by == FoundBy::Remember {
        let kind = LoginEventKind::UserLoadedFromCookie;
        handle.emit(kind, Whom::Login(&current.login));
    }
    Ok(Some(FoundUser {
        user,
        by: current.by,
    }))
}

/// Whether a request loader finds a user by a credential that can be seen, where that is not how a
/// user is let in.
pub(crate) async fn carries_valid_credential(
    handle: &LoginHandle,
    parts: &mut Parts,
) -> Result<bool, Failure> {
    for loader in &handle.realm.request_loaders {
        let source = loader.source();
        if matches!(source, Source::Anything) || !source.is_present(parts) {
            continue;
        }
        let user = ask_loader(handle, loader.load(parts), "request loader").await?;
        if user.is_some_and(|user| user.is_active()) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn user_of_request(
    handle: &LoginHandle,
    parts: &mut Parts,
) -> Result<Option<FoundUser>, Failure> {
    let realm = &*handle.realm;
    for (index, loader) in realm.request_loaders.iter().enumerate() {
        handle.state().asked.loaders |= 1 << index.min(63);
        if !loader.source().is_present(parts) {
            continue;
        }
        let user = ask_loader(handle, loader.load(parts), "request loader").await?;
        if let Some(user) = user.filter(|user| user.is_active()) {
            let kind = LoginEventKind::UserLoadedFromRequest;
            handle.emit(kind, Whom::User(&user.get_id()));
            return Ok(Some(FoundUser {
                user,
                by: FoundBy::Request,
            }));
        }
    }
    Ok(None)
}

/// Whether the user's auth hash is the one that the login was made with.
#[inline]
fn compare_auth_hash(handle: &LoginHandle, login: &Login, user: &dyn AnyUser) -> Compared {
    let realm = &*handle.realm;
    let compared = match (&login.auth_hash, user.auth_hash()) {
        (None, None) => Compared::Same,
        (Some(digest), Some(value)) => realm.auth_hashes.compare(digest, &login.user_id, &value),
        // A hash appeared or went away: the login was made under other rules.
        _ => Compared::Different,
    };
    if compared == Compared::Different {
        handle.emit(LoginEventKind::AuthHashChanged, Whom::Login(login));
    }
    compared
}

/// Makes the digest of the auth hash anew, under the key that signs.
async fn stamp_auth_hash(handle: &LoginHandle, login: &Login, user: &dyn AnyUser) {
    let realm = &*handle.realm;
    let auth_hash = user
        .auth_hash()
        .map(|value| realm.auth_hashes.digest(&login.user_id, &value));
    // Best effort: while the old key is there, the old digest goes on counting.
    if realm.store.revocable() {
        let rehashed = Arc::new(life::rehashed(login, auth_hash, &realm.limits));
        let _ = handle.ask_store(realm.store.update(rehashed)).await;
    }
}

async fn ask_loader(
    handle: &LoginHandle,
    found: impl Future<Output = Found<Arc<dyn AnyUser>>>,
    what: &str,
) -> Result<Option<Arc<dyn AnyUser>>, Failure> {
    let error = match deadline::run(handle.realm.timeout, found).await {
        Ok(Ok(user)) => return Ok(user),
        Ok(Err(LoadError::Failed(error))) => format!("failed: {error}"),
        Ok(Err(LoadError::Rejected(status))) => {
            format!("was not called, because one of its extractors answered {status}")
        }
        Err(unfinished) => unfinished.to_string(),
    };
    tracing::error!(target: "login_runtime", "the {what} {error}");
    Err(Failure::Unavailable)
}
