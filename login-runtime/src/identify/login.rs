//! The login that the cookies stand for: the session, else what is remembered.

use std::sync::Arc;

use axum::http::request::Parts;

use super::{
    restore::{Look, enter_by_remember},
    websocket,
};
use crate::{
    cookie::{Earned, PresentedCookies, SessionCookie, VerifiedLogins},
    crypto::Compared,
    event::{LoginEventKind, Whom},
    login::{Login, age, life, remember::is_settled},
    realm::{NoAddress, SessionProtection},
    request::{
        ATTEMPTS, CurrentLogin, Failure, FoundBy, LoginHandle, RequestState, Standing, no_address,
    },
    store::Update,
};

/// The generation that a request of the present session shows, where that is news: its cookie has
/// been out for so long that the browser has it for good.
#[inline]
fn shows(handle: &LoginHandle, login: &Login, cookie: &SessionCookie, now: i64) -> Option<u64> {
    let remember = login.remember.as_ref()?;
    let is_news = remember.shown < login.generation
        && is_settled(cookie.issued_at, &handle.realm.limits, now);
    is_news.then_some(login.generation)
}

/// What the request's cookies say, if they name a login and may be used. Nothing is awaited.
#[inline]
pub(super) fn presented(
    handle: &LoginHandle,
    state: &mut RequestState,
    parts: &Parts,
) -> Option<PresentedCookies> {
    state.asked.cookie = true;
    let realm = &*handle.realm;
    let values = realm.cookies.find(&parts.headers)?;
    let at = (state.now(realm), realm.limits.skew);
    let mut verified = VerifiedLogins::default();
    let presented = realm.cookies.open(&values, at, &mut verified);
    if verified.is_empty() {
        return None;
    }
    if !websocket::may_use_cookies(parts, realm) {
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
    presented: &PresentedCookies,
    parts: &Parts,
    now: i64,
) -> Option<CurrentLogin> {
    let cookie = presented.session.as_ref()?;
    let login = handle.load_now(cookie.id, &cookie.carried)?;
    let plain = session_counts(handle, &login, cookie, now)
        && !is_due(handle, &login, cookie, now)
        && compare_client(handle, &login, parts).unwrap_or(false);
    plain.then_some(CurrentLogin {
        login,
        by: FoundBy::Session,
        same_client: true,
        standing: standing(cookie),
    })
}

pub(super) async fn find(
    handle: &LoginHandle,
    presented: &PresentedCookies,
    parts: &mut Parts,
    now: i64,
) -> Result<Option<CurrentLogin>, Failure> {
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
    presented: &PresentedCookies,
    parts: &mut Parts,
    mut now: i64,
) -> Result<Look<Option<CurrentLogin>>, Failure> {
    let mut loaded = None;
    if let Some(cookie) = &presented.session {
        loaded = handle.load(cookie.id, &cookie.carried).await?;
        now = later(handle, now);
        if let Some(login) = &loaded {
            if login.has_ended() {
                return Ok(ended(handle));
            }
            if session_counts(handle, login, cookie, now) {
                return enter_by_session(handle, login, cookie, parts, now).await;
            }
            if let Some(current) = enter_by_replaced_session(handle, login, cookie, parts, now)? {
                return Ok(Look::Decided(Some(current)));
            }
        }
    }
    let Some(cookie) = &presented.remember else {
        return Ok(Look::Decided(None));
    };
    if presented
        .session
        .as_ref()
        .is_some_and(|session| session.id != cookie.id)
    {
        return Ok(Look::Decided(None));
    }
    // A record that travels in cookies may be an older one in this cookie than in the other.
    let login = match &presented.session {
        Some(session) if session.carried == cookie.carried => loaded,
        _ => handle.load(cookie.id, &cookie.carried).await?,
    };
    now = later(handle, now);
    match login {
        Some(login) if login.has_ended() => Ok(ended(handle)),
        Some(login) if !handle.realm.limits.is_from_future(&login, now) => {
            enter_by_remember(handle, &login, cookie, parts, now).await
        }
        _ => Ok(Look::Decided(None)),
    }
}

/// The cookies are those of a login that theft has ended: whoever comes with them is to be told.
fn ended(handle: &LoginHandle) -> Look<Option<CurrentLogin>> {
    handle.state().stolen = true;
    Look::Decided(None)
}

/// The time once the store has answered. Other requests went on meanwhile, and what they wrote must not
/// seem to come from the future.
fn later(handle: &LoginHandle, now: i64) -> i64 {
    now.max(handle.realm.clock.now().as_secs())
}

#[inline]
fn session_counts(handle: &LoginHandle, login: &Login, cookie: &SessionCookie, now: i64) -> bool {
    login.generation == cookie.generation && session_lives(handle, login, now)
}

#[inline]
fn session_lives(handle: &LoginHandle, login: &Login, now: i64) -> bool {
    let limits = &handle.realm.limits;
    !login.has_ended()
        && !limits.is_from_future(login, now)
        && limits.session_lives(login, now, handle.realm.store.revocable())
}

/// Whether the record has to note that its session was seen: for the first time, after a while, or
/// because that shows a generation.
#[inline]
fn is_due(handle: &LoginHandle, login: &Login, cookie: &SessionCookie, now: i64) -> bool {
    let realm = &*handle.realm;
    let touch = !login.was_presented() || age(now, login.last_seen_at) >= realm.limits.touch;
    (touch || shows(handle, login, cookie, now).is_some()) && realm.store.revocable()
}

fn standing(cookie: &SessionCookie) -> Standing {
    match cookie.earned {
        Earned::ByPassword => Standing::Proved,
        Earned::ByRemember => Standing::Remembered,
    }
}

async fn enter_by_session(
    handle: &LoginHandle,
    login: &Arc<Login>,
    cookie: &SessionCookie,
    parts: &Parts,
    now: i64,
) -> Result<Look<Option<CurrentLogin>>, Failure> {
    let realm = &*handle.realm;
    let same_client = is_same_client(handle, login, parts)?;
    if !same_client && !protect(handle, login).await? {
        return Ok(Look::Decided(None));
    }
    let mut login = Arc::clone(login);
    if is_due(handle, &login, cookie, now) {
        let shows = shows(handle, &login, cookie, now);
        let seen = Arc::new(life::seen(&login, shows, &realm.limits, now));
        match handle
            .ask_store(realm.store.update(Arc::clone(&seen)))
            .await
        {
            Ok(Update::Updated) => login = seen,
            Ok(Update::Gone) => return Ok(Look::Decided(None)),
            Ok(Update::Changed) if shows.is_some() => return Ok(Look::Changed),
            // The login was read and is good; that it was seen was noted by somebody else,
            // or can be noted next time.
            Ok(Update::Changed) | Err(_) => {}
        }
    }
    Ok(Look::Decided(Some(CurrentLogin {
        login,
        by: FoundBy::Session,
        same_client,
        standing: standing(cookie),
    })))
}

/// A request of the session that a confirm has just replaced was on its way meanwhile.
fn enter_by_replaced_session(
    handle: &LoginHandle,
    login: &Arc<Login>,
    cookie: &SessionCookie,
    parts: &Parts,
    now: i64,
) -> Result<Option<CurrentLogin>, Failure> {
    let counts = life::is_just_replaced(login, cookie.generation, now)
        && session_lives(handle, login, now)
        && !websocket::is_websocket(parts);
    if !counts {
        return Ok(None);
    }
    let same_client = is_same_client(handle, login, parts)?;
    let may = same_client || handle.realm.protection.mode != SessionProtection::Strong;
    Ok(may.then(|| CurrentLogin {
        login: Arc::clone(login),
        by: FoundBy::Session,
        same_client,
        standing: Standing::LetIn,
    }))
}

fn is_same_client(handle: &LoginHandle, login: &Login, parts: &Parts) -> Result<bool, Failure> {
    compare_client(handle, login, parts).map_err(no_address)
}

#[inline]
fn compare_client(handle: &LoginHandle, login: &Login, parts: &Parts) -> Result<bool, NoAddress> {
    let realm = &*handle.realm;
    if realm.protection.mode == SessionProtection::Off {
        return Ok(true);
    }
    let identifier = realm.protection.identifier(parts)?;
    let Some(known) = &login.identifier else {
        return Ok(false);
    };
    let compared = realm
        .identifiers
        .compare(known, &login.user_id, &identifier);
    Ok(compared != Compared::Different)
}

/// Acts on a session that comes from another client; says whether the login goes on.
async fn protect(handle: &LoginHandle, login: &Login) -> Result<bool, Failure> {
    let realm = &*handle.realm;
    let ended = realm.protection.mode == SessionProtection::Strong;
    if ended {
        handle.delete(login.id, &realm.store.carry(login)).await?;
        handle.remove_login_cookies();
    }
    if ended || login.fresh_since.is_some() {
        let kind = LoginEventKind::SessionProtected { ended };
        handle.emit(kind, Whom::Login(login));
    }
    Ok(!ended)
}
