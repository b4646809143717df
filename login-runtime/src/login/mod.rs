//! The record of one device logged in.

mod id;
pub(crate) mod life;
mod limits;
pub(crate) mod remember;

use std::{fmt, net::IpAddr, sync::Arc};

pub(crate) use id::LoginIds;
pub use id::{LoginId, ParseLoginIdError};
pub(crate) use limits::{Limits, age};

use crate::crypto::Digest;

/// The hash (SHA-256) of a remember token; the token itself is only ever in a cookie.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(..)")
    }
}

/// The part of a login that outlives the session: what "remember me" keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remember {
    /// The hash of the token handed out last.
    pub token: TokenHash,
    /// How many tokens were handed out before `token`.
    pub counter: u64,
    /// The token that `token` replaced, until it no longer matters.
    pub previous: Option<PreviousToken>,
    /// When `token` was handed out, in seconds of UTC.
    pub rotated_at: i64,
    /// Whether the client has shown that `token`'s cookie reached it.
    pub acknowledged: bool,
    /// When remembering ends, in seconds of UTC. It runs from the last password entry.
    pub expires_at: i64,
}

/// A remember token that has been replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PreviousToken {
    /// The hash of the token.
    pub token: TokenHash,
    /// Its place in the series.
    pub counter: u64,
}

/// One device logged in, as a store keeps it.
///
/// All times are whole seconds of UTC. A store keeps every field as it is and interprets only
/// `id`, `realm`, `user_id`, `version`, `last_seen_at` and `expires_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// The record's own name, new at every login.
    pub id: LoginId,
    /// The manager that this login belongs to; two managers may share a store.
    pub realm: Arc<str>,
    /// Who is logged in, as [`UserMixin::get_id`](crate::UserMixin::get_id) wrote it.
    pub user_id: Box<str>,
    /// Raised by confirm and restore; a session cookie of an older generation is dead.
    pub generation: u64,
    /// Raised by every write; what compare-and-set compares.
    pub version: u64,
    /// When the record was made.
    pub created_at: i64,
    /// When the password (or whatever proves the user) was last entered.
    pub authenticated_at: i64,
    /// When the session began: at login, confirm or restore.
    pub session_started_at: i64,
    /// When a request of this session was last noted; it only grows.
    pub last_seen_at: i64,
    /// Since when the login counts as fresh, if it does.
    pub fresh_since: Option<i64>,
    /// What session protection compares: a keyed digest of the client's identifier.
    pub identifier: Option<Digest>,
    /// A keyed digest of the user's auth hash; another value, and the login no longer counts.
    pub auth_hash: Option<Digest>,
    /// Logged in by force: exempt from the check that the user is active.
    pub forced: bool,
    /// The remembered part, where the user asked for it.
    pub remember: Option<Box<Remember>>,
    /// What the client called itself, at most 256 bytes, for display.
    pub user_agent: Option<Box<str>>,
    /// Where the login came from, for display.
    pub address: Option<IpAddr>,
    /// When both the session and the remembered part are over and the record may be forgotten.
    pub expires_at: i64,
}
