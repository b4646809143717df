//! A store without its type.

use std::{num::NonZeroUsize, sync::Arc};

use super::{Cursor, LoginStore, Page, StoreError, Ticket, Update};
use crate::{
    boxed::BoxFuture,
    clock::Timestamp,
    login::{Login, LoginId},
};

type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// [`LoginStore`] without its type, so that no handler's signature names the store.
pub(crate) trait AnyStore: Send + Sync {
    fn revocable(&self) -> bool;
    fn records_expire(&self) -> bool;
    fn carry(&self, login: &Login) -> Vec<u8>;
    fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Answer<'_, ()>;
    fn load<'a>(&'a self, ticket: Ticket<'a>) -> Answer<'a, Option<Arc<Login>>>;
    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>>;
    fn update(&self, login: Arc<Login>) -> Answer<'_, Update>;
    fn delete<'a>(&'a self, ticket: Ticket<'a>) -> Answer<'a, bool>;
    fn delete_user<'a>(
        &'a self,
        realm: &'a str,
        user_id: &'a str,
        keep: Option<LoginId>,
    ) -> Answer<'a, u64>;
    fn delete_realm<'a>(&'a self, realm: &'a str) -> Answer<'a, u64>;
    fn list_user<'a>(&'a self, realm: &'a str, user_id: &'a str) -> Answer<'a, Vec<Arc<Login>>>;
    fn list_realm<'a>(
        &'a self,
        realm: &'a str,
        cursor: Option<&'a Cursor>,
        limit: NonZeroUsize,
    ) -> Answer<'a, Page<Arc<Login>>>;
    fn purge_expired<'a>(
        &'a self,
        realm: &'a str,
        before: Timestamp,
        limit: usize,
    ) -> Answer<'a, u64>;
}

// Each call is made inside of its future, so that a store's panic is caught wherever it happens.
impl<St: LoginStore> AnyStore for St {
    fn revocable(&self) -> bool {
        LoginStore::revocable(self)
    }

    fn records_expire(&self) -> bool {
        LoginStore::records_expire(self)
    }

    fn carry(&self, login: &Login) -> Vec<u8> {
        LoginStore::carry(self, login)
    }

    fn create(&self, login: Arc<Login>, cap: NonZeroUsize) -> Answer<'_, ()> {
        Box::pin(async move { LoginStore::create(self, login, cap).await })
    }

    fn load<'a>(&'a self, ticket: Ticket<'a>) -> Answer<'a, Option<Arc<Login>>> {
        Box::pin(async move { LoginStore::load(self, ticket).await })
    }

    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        LoginStore::load_now(self, ticket)
    }

    fn update(&self, login: Arc<Login>) -> Answer<'_, Update> {
        Box::pin(async move { LoginStore::update(self, login).await })
    }

    fn delete<'a>(&'a self, ticket: Ticket<'a>) -> Answer<'a, bool> {
        Box::pin(async move { LoginStore::delete(self, ticket).await })
    }

    fn delete_user<'a>(
        &'a self,
        realm: &'a str,
        user_id: &'a str,
        keep: Option<LoginId>,
    ) -> Answer<'a, u64> {
        Box::pin(async move { LoginStore::delete_user(self, realm, user_id, keep).await })
    }

    fn delete_realm<'a>(&'a self, realm: &'a str) -> Answer<'a, u64> {
        Box::pin(async move { LoginStore::delete_realm(self, realm).await })
    }

    fn list_user<'a>(&'a self, realm: &'a str, user_id: &'a str) -> Answer<'a, Vec<Arc<Login>>> {
        Box::pin(async move { LoginStore::list_user(self, realm, user_id).await })
    }

    fn list_realm<'a>(
        &'a self,
        realm: &'a str,
        cursor: Option<&'a Cursor>,
        limit: NonZeroUsize,
    ) -> Answer<'a, Page<Arc<Login>>> {
        Box::pin(async move { LoginStore::list_realm(self, realm, cursor, limit).await })
    }

    fn purge_expired<'a>(
        &'a self,
        realm: &'a str,
        before: Timestamp,
        limit: usize,
    ) -> Answer<'a, u64> {
        Box::pin(async move { LoginStore::purge_expired(self, realm, before, limit).await })
    }
}
