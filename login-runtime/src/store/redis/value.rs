//! A login as the value of a field.
//!
//! A byte 1, the nonce of the write, then version, last seen, created and expires in 8 bytes each,
//! the length of the user's id in 2 and the id, and the payload. Times are moved so that the
//! order of the bytes is the order of the times, because that is how scripts compare them. The realm
//! and the login's own id stand in the key and in the name of the field.

use std::sync::Arc;

use crate::{
    login::{Login, LoginId, LoginParts},
    store::StoreError,
};

const FORMAT: u8 = 1;

/// How long a record stays after it has expired, whatever the clocks say.
const GRACE: i64 = 3600;

/// The longest time that a record is kept, which is as good as for ever: a hundred years.
const LONGEST: i64 = 3_155_760_000;

/// Which write a value is of.
///
/// Where the answer to a write is lost the write is sent again, and finds by this that it was done.
pub(super) struct Nonce([u8; 8]);

impl Nonce {
    pub(super) fn new() -> Result<Self, StoreError> {
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce).map_err(StoreError::unavailable)?;
        Ok(Self(nonce))
    }
}

/// A time in bytes that are ordered as times are.
fn ordered(time: i64) -> [u8; 8] {
    (time.cast_unsigned() ^ (1 << 63)).to_be_bytes()
}

fn time(bytes: [u8; 8]) -> i64 {
    (u64::from_be_bytes(bytes) ^ (1 << 63)).cast_signed()
}

pub(super) fn of(login: &Login, nonce: Nonce) -> Vec<u8> {
    let user_id = login.user_id.as_bytes();
    // No user's id is that long.
    let length = u16::try_from(user_id.len()).unwrap_or(u16::MAX);
    let mut value = vec![FORMAT];
    value.extend_from_slice(&nonce.0);
    value.extend_from_slice(&login.version.to_be_bytes());
    for time in [login.last_seen_at, login.created_at, login.expires_at] {
        value.extend_from_slice(&ordered(time));
    }
    value.extend_from_slice(&length.to_be_bytes());
    value.extend_from_slice(user_id);
    value.extend_from_slice(&login.payload());
    value
}

/// The login in a value; none where no release of this crate has written it.
pub(super) fn login(realm: &Arc<str>, id: LoginId, value: &[u8]) -> Option<Login> {
    let (&FORMAT, rest) = value.split_first()? else {
        return None;
    };
    let (_nonce, rest) = rest.split_first_chunk::<8>()?;
    let (version, rest) = rest.split_first_chunk()?;
    let (last_seen_at, rest) = rest.split_first_chunk()?;
    let (created_at, rest) = rest.split_first_chunk()?;
    let (expires_at, rest) = rest.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (user_id, payload) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
    let parts = LoginParts {
        realm,
        id,
        user_id: str::from_utf8(user_id).ok()?,
        version: u64::from_be_bytes(*version),
        created_at: time(*created_at).into(),
        last_seen_at: time(*last_seen_at).into(),
        expires_at: time(*expires_at).into(),
        payload,
    };
    Login::from_parts(parts).ok()
}

/// For how many milliseconds Redis has to keep a record that is written now.
///
/// That is as long as it is from when it was last seen, by the clock of who writes it, until it
/// expires; no other clock is asked, so none that is wrong can end it early. It is never 0, which would
/// be at once, and never overflows.
pub(super) fn lifetime(login: &Login) -> String {
    let lifetime = login.expires_at.saturating_sub(login.last_seen_at);
    ((lifetime.clamp(0, LONGEST) + GRACE) * 1000).to_string()
}

/// What expired before this has expired by every clock that may have written it.
pub(super) fn surely_over(login: &Login) -> [u8; 8] {
    ordered(login.last_seen_at.saturating_sub(GRACE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_ordered_as_times_are() {
        let times = [i64::MIN, -2, -1, 0, 1, 255, 256, 1 << 40, i64::MAX];
        assert!(times.map(ordered).is_sorted());
        assert_eq!(times.map(|it| time(ordered(it))), times);
    }
}
