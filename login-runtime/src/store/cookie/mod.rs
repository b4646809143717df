//! Logins in the signed cookie itself.

mod codec;

use std::{num::NonZeroUsize, sync::Arc};

use super::{Cursor, LoginStore, Page, StoreError, Ticket, Update};
use crate::{
    clock::Timestamp,
    login::{Login, LoginId},
};

/// Keeps each login in its own signed cookie, so that **nobody but its browser can end it**: a
/// copied cookie stays good until the absolute timeout, or until the user's auth hash changes, and
/// a logout only removes the cookie from the browser that asked. There is no `logout_everywhere`,
/// no `logout_others`, no list of `logins`, no notice of a stolen remember cookie, no idle timeout
/// and no cap on logins per user. The methods answer [`StoreError::Unsupported`], and settings that
/// need more are errors when the manager is built.
///
/// This is what Flask does by default. It needs no state on the server and no call anywhere, and
/// it serves a fleet without a shared database. Take it where that is worth more than a final
/// logout; otherwise take [`MemoryStore`](super::MemoryStore) or `SqliteStore`.
///
/// The record is signed, not encrypted: whoever holds the cookie can read the user's id and the
/// times in it. The client's name and address, which are only for display, are left out.
///
/// ```
/// use login_runtime::store::{CookieStore, LoginStore};
///
/// assert!(!CookieStore::new().revocable());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CookieStore(());

impl CookieStore {
    /// The store; it holds nothing.
    pub const fn new() -> Self {
        Self(())
    }
}

fn unpack(ticket: Ticket<'_>) -> Option<Arc<Login>> {
    let login = codec::decode(ticket.carried, ticket.realm)?;
    (login.id == ticket.id).then(|| Arc::new(login))
}

impl LoginStore for CookieStore {
    fn revocable(&self) -> bool {
        false
    }

    fn carry(&self, login: &Login) -> Vec<u8> {
        codec::encode(login)
    }

    async fn create(&self, _: Arc<Login>, _: NonZeroUsize) -> Result<(), StoreError> {
        Ok(())
    }

    async fn load(&self, ticket: Ticket<'_>) -> Result<Option<Arc<Login>>, StoreError> {
        Ok(unpack(ticket))
    }

    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        unpack(ticket)
    }

    async fn update(&self, _: Arc<Login>) -> Result<Update, StoreError> {
        Ok(Update::Updated)
    }

    async fn delete(&self, _: Ticket<'_>) -> Result<bool, StoreError> {
        Ok(false)
    }

    async fn delete_user(&self, _: &str, _: &str, _: Option<LoginId>) -> Result<u64, StoreError> {
        Err(StoreError::Unsupported)
    }

    async fn delete_realm(&self, _: &str) -> Result<u64, StoreError> {
        Err(StoreError::Unsupported)
    }

    async fn list_user(&self, _: &str, _: &str) -> Result<Vec<Arc<Login>>, StoreError> {
        Err(StoreError::Unsupported)
    }

    async fn list_realm(
        &self,
        _: &str,
        _: Option<&Cursor>,
        _: NonZeroUsize,
    ) -> Result<Page<Arc<Login>>, StoreError> {
        Err(StoreError::Unsupported)
    }

    async fn purge_expired(&self, _: &str, _: Timestamp, _: usize) -> Result<u64, StoreError> {
        Err(StoreError::Unsupported)
    }
}
