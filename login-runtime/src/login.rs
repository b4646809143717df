//! The record of one device logged in.

use std::{fmt, net::IpAddr, str::FromStr, sync::Arc};

/// The name of a login record: 128 random bits.
///
/// An id is not a secret. It is only ever accepted inside a signed cookie, so knowing one does not
/// log anybody in; it may be shown in a list of devices and sent back to end one of them.
///
/// ```
/// use login_runtime::store::LoginId;
///
/// let id = LoginId::from_bytes([7; 16]);
/// assert_eq!(id.to_string().parse::<LoginId>(), Ok(id));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LoginId([u8; 16]);

impl LoginId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes of the id.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// The records that a request names, each once. Nearly always one, which takes no allocation.
#[derive(Clone, Debug, Default)]
pub(crate) struct LoginIds {
    first: Option<LoginId>,
    others: Vec<LoginId>,
}

impl LoginIds {
    pub(crate) fn note(&mut self, id: LoginId) {
        match self.first {
            None => self.first = Some(id),
            Some(_) if self.iter().any(|noted| noted == id) => {}
            Some(_) => self.others.push(id),
        }
    }

    /// The ids, the first that was noted first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = LoginId> + '_ {
        self.first.into_iter().chain(self.others.iter().copied())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_none()
    }
}

impl fmt::Display for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LoginId({self})")
    }
}

/// The text is not 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseLoginIdError;

impl fmt::Display for ParseLoginIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a login id is written as 32 lower-case hexadecimal digits")
    }
}

impl std::error::Error for ParseLoginIdError {}

impl FromStr for LoginId {
    type Err = ParseLoginIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(ParseLoginIdError),
        };
        let text: &[u8; 32] = text.as_bytes().try_into().map_err(|_| ParseLoginIdError)?;
        let mut bytes = [0; 16];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

/// A keyed digest (HMAC-SHA256) of something that is not kept itself.
///
/// ```
/// use login_runtime::store::Digest;
///
/// let digest = Digest::from_bytes([7; 32]);
/// assert_eq!(digest.as_bytes(), &[7; 32]);
/// assert_eq!(format!("{digest:?}"), "Digest(..)");
/// ```
#[derive(Clone, Copy)]
pub struct Digest {
    bytes: [u8; 32],
    // Says nothing that the bytes do not say, so it is neither compared nor stored.
    mark: Option<Mark>,
}

/// What [`Digester`](crate::seal::Digester) knows a digest of its own making by.
pub(crate) type Mark = [u8; 8];

impl Digest {
    /// The digest with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes, mark: None }
    }

    pub(crate) const fn with_mark(self, mark: Mark) -> Self {
        let mark = Some(mark);
        Self { mark, ..self }
    }

    pub(crate) const fn mark(&self) -> Option<Mark> {
        self.mark
    }

    /// The bytes of the digest.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for Digest {}

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

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
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
