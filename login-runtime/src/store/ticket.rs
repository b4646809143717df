//! How a login is found.

use std::sync::Arc;

use crate::login::{Login, LoginId};

/// What is known of a login before it is loaded: what its signed cookies say about where it is kept.
///
/// ```
/// use std::sync::Arc;
/// use login_runtime::store::{LoginId, Ticket};
///
/// let realm: Arc<str> = "login".into();
/// let ticket = Ticket::new(&realm, LoginId::from_bytes([7; 16]), &[]);
/// assert!(ticket.carried.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Ticket<'a> {
    /// The realm of the manager that asks.
    pub realm: &'a Arc<str>,
    /// The record's id.
    pub id: LoginId,
    /// What [`LoginStore::carry`](super::LoginStore::carry) put into the cookie; empty for a store
    /// that needs nothing there.
    pub carried: &'a [u8],
}

impl<'a> Ticket<'a> {
    /// The ticket of the login with this id in a realm.
    pub const fn new(realm: &'a Arc<str>, id: LoginId, carried: &'a [u8]) -> Self {
        Self { realm, id, carried }
    }

    /// The ticket of a login at hand; `carried` is what the store says is carried for it.
    pub(crate) fn of(login: &'a Login, carried: &'a [u8]) -> Self {
        Self::new(&login.realm, login.id, carried)
    }
}
