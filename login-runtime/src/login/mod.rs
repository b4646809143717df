//! The record of one device logged in.

mod bytes;
mod id;
pub(crate) mod life;
mod limits;
mod parts;
mod payload;
pub(crate) mod remember;

use std::{net::IpAddr, sync::Arc};

pub(crate) use bytes::{Reader, Writer};
pub use id::{LoginId, ParseLoginIdError};
pub(crate) use limits::{Limits, age};
pub use parts::{LoginParts, UnreadablePayload};
pub(crate) use payload::Unknown;
pub(crate) use remember::Remember;

use crate::{clock::Timestamp, crypto::Digest};

/// One device logged in, as a store keeps it.
///
/// A store interprets seven fields, which have a method each, and nothing else. What only this crate
/// reads is the [`payload`](Self::payload). A store in this process keeps the `Arc` of the record
/// that it was given; one outside of it keeps the seven fields and the payload, and makes a whole
/// login of them with [`from_parts`](Self::from_parts).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub(crate) id: LoginId,
    pub(crate) realm: Arc<str>,
    pub(crate) user_id: Box<str>,
    /// Raised by confirm and restore; both cookies say at which they left the server.
    pub(crate) generation: u64,
    pub(crate) version: u64,
    pub(crate) created_at: i64,
    /// When the password (or whatever proves the user) was last entered.
    pub(crate) authenticated_at: i64,
    /// When the session began: at login, confirm or restore.
    pub(crate) session_started_at: i64,
    pub(crate) last_seen_at: i64,
    /// Since when the login counts as fresh, if it does.
    pub(crate) fresh_since: Option<i64>,
    /// What session protection compares: a keyed digest of the client's identifier.
    pub(crate) identifier: Option<Digest>,
    /// A keyed digest of the user's auth hash; another value, and the login no longer counts.
    pub(crate) auth_hash: Option<Digest>,
    /// Logged in by force: exempt from the check that the user is active.
    pub(crate) forced: bool,
    /// How many generations ago the oldest session began that a confirm has just replaced.
    pub(crate) replaced: u32,
    /// The remembered part, where the user asked for it.
    pub(crate) remember: Option<Box<Remember>>,
    /// What the client called itself, at most 256 bytes, for display.
    pub(crate) user_agent: Option<Box<str>>,
    /// Where the login came from, for display.
    pub(crate) address: Option<IpAddr>,
    pub(crate) expires_at: i64,
    /// What another release has written into the payload.
    pub(crate) unknown: Unknown,
}

/// Whether a user may have this id: 1 to 512 bytes, and none of them zero.
///
/// Every store can keep those, and tells each from all others.
pub(crate) fn is_user_id(text: &str) -> bool {
    (1..=512).contains(&text.len()) && !text.contains('\0')
}

impl Login {
    /// Whether theft has ended the login: it counts no more, and is kept to tell its holders.
    #[inline]
    pub(crate) fn has_ended(&self) -> bool {
        let remember = self.remember.as_ref();
        remember.is_some_and(|remember| remember.ended_at.is_some())
    }

    /// Whether its cookies have come back: the first request with them is noted, as every write is.
    #[inline]
    pub(crate) fn was_presented(&self) -> bool {
        self.version > 1
    }

    /// The record's own name, new at every login.
    pub fn id(&self) -> LoginId {
        self.id
    }

    /// The realm of the manager that the login belongs to; two managers may share a store.
    pub fn realm(&self) -> &Arc<str> {
        &self.realm
    }

    /// Who is logged in, as [`UserMixin::get_id`](crate::UserMixin::get_id) wrote it.
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// What compare-and-set compares; raised by one at every write.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When the record was made; never changed.
    pub fn created_at(&self) -> Timestamp {
        Timestamp::from_secs(self.created_at)
    }

    /// When a request of this login was last noted; it only grows.
    pub fn last_seen_at(&self) -> Timestamp {
        Timestamp::from_secs(self.last_seen_at)
    }

    /// When both the session and the remembered part are over and the record may be forgotten.
    pub fn expires_at(&self) -> Timestamp {
        Timestamp::from_secs(self.expires_at)
    }
}
