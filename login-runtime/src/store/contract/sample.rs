//! What the checks put into a store.

use std::{num::NonZeroUsize, sync::Arc};

use super::Broken;
use crate::{
    crypto::Digest,
    login::{Login, LoginId, LoginParts, PreviousToken, Remember, Unknown, remember::TokenHash},
    store::{LoginStore, StoreError, Ticket, Update},
};

/// A cap that no check reaches.
pub(super) const NO_CAP: NonZeroUsize = NonZeroUsize::MAX;

/// An id that nobody else has.
pub(super) fn id() -> LoginId {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    LoginId::from_bytes(bytes)
}

/// A realm that nobody else has.
pub(super) fn realm() -> Arc<str> {
    format!("contract-{}", id()).into()
}

/// A login with every part, and every part different.
pub(super) fn login(realm: &Arc<str>, user_id: &str) -> Login {
    Login {
        id: id(),
        realm: Arc::clone(realm),
        user_id: user_id.into(),
        generation: 3,
        version: 17,
        created_at: 1_800_000_000,
        authenticated_at: 1_800_000_001,
        session_started_at: 1_800_000_002,
        last_seen_at: 1_800_000_003,
        fresh_since: Some(1_800_000_004),
        identifier: Some(Digest::from_bytes([1; 32])),
        auth_hash: Some(Digest::from_bytes([2; 32])),
        forced: true,
        remember: Some(Box::new(Remember {
            token: TokenHash::from_bytes([3; 32]),
            counter: 5,
            previous: Some(PreviousToken {
                token: TokenHash::from_bytes([4; 32]),
                counter: 4,
            }),
            rotated_at: 1_800_000_005,
            acknowledged: true,
            expires_at: 1_800_000_006,
            unknown: Unknown::default(),
        })),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101".into()),
        address: Some([192, 0, 2, 7].into()),
        // So late that no record goes by itself while a check runs.
        expires_at: 4_000_000_007,
        unknown: Unknown::default(),
    }
}

/// A login into which a later release has written what this one does not know.
pub(super) fn from_a_later_release(realm: &Arc<str>, user_id: &str) -> Result<Login, StoreError> {
    let login = bare(realm, user_id);
    // Fields 1000 to 1002: a number, 32 bytes and a block. The payload ends with a zero.
    let mut payload = login.payload();
    payload.pop();
    payload.extend_from_slice(&[0xa0, 0x1f, 0x80, 0x01, 0xa5, 0x1f]);
    payload.extend_from_slice(&[0xee; 32]);
    payload.extend_from_slice(&[0xaa, 0x1f, 3, 0, 0xff, 0x80, 0]);
    let parts = LoginParts {
        realm,
        id: login.id,
        user_id,
        version: login.version,
        created_at: login.created_at(),
        last_seen_at: login.last_seen_at(),
        expires_at: login.expires_at(),
        payload: &payload,
    };
    Ok(Login::from_parts(parts)?)
}

/// A login that expires at any time whatever, where records do not go by themselves.
pub(super) fn any_expiry<St: LoginStore>(store: &St, login: Login, expires_at: i64) -> Login {
    match store.records_expire() {
        true => login,
        false => Login {
            expires_at,
            ..login
        },
    }
}

/// A login of which nothing may be absent is.
pub(super) fn bare(realm: &Arc<str>, user_id: &str) -> Login {
    Login {
        fresh_since: None,
        identifier: None,
        auth_hash: None,
        forced: false,
        remember: None,
        user_agent: None,
        address: None,
        ..login(realm, user_id)
    }
}

/// A login that was last seen `seconds` later than the others.
pub(super) fn seen(realm: &Arc<str>, user_id: &str, seconds: i64) -> Login {
    let login = login(realm, user_id);
    Login {
        last_seen_at: login.last_seen_at + seconds,
        ..login
    }
}

/// A login that expires at `expires_at`.
pub(super) fn expiring(realm: &Arc<str>, user_id: &str, expires_at: i64) -> Login {
    Login {
        expires_at,
        ..login(realm, user_id)
    }
}

/// What the next write of a login writes, if it changes nothing.
pub(super) fn next(login: &Login) -> Login {
    Login {
        version: login.version.wrapping_add(1),
        ..login.clone()
    }
}

/// Creates a login that no cap ends.
pub(super) async fn create<St: LoginStore>(store: &St, login: &Login) -> Result<(), StoreError> {
    store.create(Arc::new(login.clone()), NO_CAP).await
}

/// Loads what is kept of a login.
pub(super) async fn load<St: LoginStore>(
    store: &St,
    login: &Login,
) -> Result<Option<Login>, StoreError> {
    let carried = store.carry(login);
    let loaded = store.load(Ticket::of(login, &carried)).await?;
    Ok(loaded.map(Arc::unwrap_or_clone))
}

/// Ends a login.
pub(super) async fn delete<St: LoginStore>(store: &St, login: &Login) -> Result<bool, StoreError> {
    let carried = store.carry(login);
    store.delete(Ticket::of(login, &carried)).await
}

/// What the store has at hand of a login.
pub(super) fn load_now<St: LoginStore>(store: &St, login: &Login) -> Option<Login> {
    let carried = store.carry(login);
    let at_hand = store.load_now(Ticket::of(login, &carried));
    at_hand.map(Arc::unwrap_or_clone)
}

/// A login as the store is expected to give it back: one that keeps it in a cookie may leave out
/// what is only for display.
pub(super) fn kept<St: LoginStore>(store: &St, login: &Login, found: &Login) -> Login {
    if store.revocable() {
        return login.clone();
    }
    Login {
        user_agent: login
            .user_agent
            .clone()
            .filter(|_| found.user_agent.is_some()),
        address: login.address.filter(|_| found.address.is_some()),
        ..login.clone()
    }
}

/// Fails unless the store gives this login back.
pub(super) async fn ensure_kept<St: LoginStore>(
    store: &St,
    login: &Login,
    what: &str,
) -> Result<(), Broken> {
    let Some(found) = load(store, login).await? else {
        return Err(format!("{what}: `load` found no login").into());
    };
    let expected = kept(store, login, &found);
    if found == expected {
        return match found.payload() == expected.payload() {
            true => Ok(()),
            false => Err(format!("{what}: the payload came back with other bytes").into()),
        };
    }
    Err(
        format!("{what}: `load` found another login: expected {expected:?}, found {found:?}")
            .into(),
    )
}

/// Fails unless the store no longer has this login.
pub(super) async fn ensure_gone<St: LoginStore>(
    store: &St,
    login: &Login,
    what: &str,
) -> Result<(), Broken> {
    if load(store, login).await?.is_some() {
        return Err(format!("{what}: `load` still found the login").into());
    }
    let listed = store.list_user(&login.realm, &login.user_id).await?;
    if listed.iter().any(|listed| listed.id == login.id) {
        return Err(format!("{what}: `list_user` still had the login").into());
    }
    match store.update(Arc::new(next(login))).await? {
        Update::Gone => Ok(()),
        answer => Err(format!("{what}: an update answered {answer:?} instead of Gone").into()),
    }
}
