//! The name of a user's hash.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use redis::{RedisWrite, ToRedisArgs, ToSingleRedisArg};

use crate::store::{Ticket, tag::tag};

/// How many characters a tag has.
const TAG: usize = 22;

/// The key of a user's hash: `login-runtime:REALM:TAG`.
#[derive(Clone, Debug)]
pub(super) struct Key {
    text: String,
    tag: [u8; 16],
}

impl Key {
    pub(super) fn of(realm: &str, user_id: &str) -> Self {
        Self::with_tag(realm, tag(realm, user_id))
    }

    pub(super) fn with_tag(realm: &str, tag: [u8; 16]) -> Self {
        let mut text = format!("login-runtime:{realm}:");
        URL_SAFE_NO_PAD.encode_string(tag, &mut text);
        Self { text, tag }
    }

    /// The key that a ticket carries; none where it was given out by another store.
    pub(super) fn carried_by(ticket: Ticket<'_>) -> Option<Self> {
        let tag = ticket.carried.try_into().ok()?;
        Some(Self::with_tag(ticket.realm, tag))
    }

    /// What a cookie carries, so that the hash is found without the user's id.
    pub(super) fn carried(&self) -> &[u8; 16] {
        &self.tag
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What matches the keys of a realm, and perhaps others.
    pub(super) fn pattern(realm: &str) -> String {
        let mut pattern = String::from("login-runtime:");
        for letter in realm.chars() {
            if matches!(letter, '*' | '?' | '[' | ']' | '\\' | '^' | '-') {
                pattern.push('\\');
            }
            pattern.push(letter);
        }
        pattern + ":" + &"?".repeat(TAG)
    }

    /// The tag in the key of a user of a realm; none where it is another key.
    pub(super) fn tag_in(realm: &str, key: &[u8]) -> Option<[u8; 16]> {
        let key = str::from_utf8(key).ok()?;
        let rest = key.strip_prefix("login-runtime:")?.strip_prefix(realm)?;
        let tag = URL_SAFE_NO_PAD.decode(rest.strip_prefix(':')?).ok()?;
        tag.try_into().ok()
    }
}

impl ToRedisArgs for Key {
    fn write_redis_args<W: ?Sized + RedisWrite>(&self, out: &mut W) {
        out.write_arg(self.text.as_bytes());
    }
}

impl ToSingleRedisArg for Key {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_says_whose_it_is() {
        let key = Key::of("login", "ada");
        assert_eq!(key.text().len(), "login-runtime:login:".len() + TAG);
        assert_eq!(Key::tag_in("login", key.text().as_bytes()), Some(key.tag));
        for other in ["logi", "login:", "staff", ""] {
            assert_eq!(Key::tag_in(other, key.text().as_bytes()), None, "{other}");
        }
        for (realm, user) in [("login", "Ada"), ("staff", "ada"), ("logina", "da")] {
            assert_ne!(Key::of(realm, user).tag, key.tag);
        }
    }
}
