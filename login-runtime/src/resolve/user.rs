//! The user behind a login or a credential, found by a loader.

use std::{future::Future, sync::Arc};

use axum::http::request::Parts;

use super::{Begun, ask::describe};
use crate::{
    crypto::Compared,
    deadline,
    event::LoginEvent,
    loader::{Found, LoadError},
    login::Login,
    request::{By, Failure, Known, LoginHandle, Via},
    user::AnyUser,
};

impl LoginHandle {
    pub(super) async fn find_user(
        &self,
        parts: &mut Parts,
        via: Via,
        record: Option<Begun>,
    ) -> Result<Option<Known>, Failure> {
        if let Some(record) = record
            && let Some(known) = self.user_of_login(parts, record).await?
        {
            return Ok(Some(known));
        }
        match via {
            Via::Session => Ok(None),
            _ => self.user_of_request(parts).await,
        }
    }

    async fn user_of_login(
        &self,
        parts: &mut Parts,
        record: Begun,
    ) -> Result<Option<Known>, Failure> {
        let manager = &*self.manager;
        let Some(current) = self.end_record(record, parts).await? else {
            return Ok(None);
        };
        let Some(loader) = &manager.user_loader else {
            return Ok(None);
        };
        let found = loader.load(&current.login.user_id, parts);
        let Some(user) = self.ask_loader(found, "user loader").await? else {
            return Ok(None);
        };
        let counts = match self.compare_auth_hash(&current.login, &*user) {
            Compared::Same => true,
            Compared::SameUnderOldKey => {
                Box::pin(self.stamp_auth_hash(&current.login, &*user)).await;
                true
            }
            Compared::Different => false,
        };
        if !counts || !(user.is_active() || current.login.forced) {
            return Ok(None);
        }
        if current.by == By::Remember {
            let user_id = current.login.user_id.to_string();
            manager.emit(|| LoginEvent::UserLoadedFromCookie { user_id });
        }
        Ok(Some(Known {
            user,
            by: current.by,
        }))
    }

    async fn user_of_request(&self, parts: &mut Parts) -> Result<Option<Known>, Failure> {
        let manager = &*self.manager;
        for (index, loader) in manager.request_loaders.iter().enumerate() {
            self.state().asked.loaders |= 1 << index.min(63);
            if !loader.source().is_present(parts) {
                continue;
            }
            let user = self
                .ask_loader(loader.load(parts), "request loader")
                .await?;
            if let Some(user) = user.filter(|user| user.is_active()) {
                manager.emit(|| LoginEvent::UserLoadedFromRequest {
                    user_id: user.get_id(),
                });
                return Ok(Some(Known {
                    user,
                    by: By::Request,
                }));
            }
        }
        Ok(None)
    }

    /// Whether the user's auth hash is the one that the login was made with.
    #[inline]
    fn compare_auth_hash(&self, login: &Login, user: &dyn AnyUser) -> Compared {
        let manager = &*self.manager;
        let compared = match (&login.auth_hash, user.auth_hash()) {
            (None, None) => Compared::Same,
            (Some(digest), Some(value)) => {
                manager.auth_hashes.compare(digest, &login.user_id, &value)
            }
            // A hash appeared or went away: the login was made under other rules.
            _ => Compared::Different,
        };
        if compared == Compared::Different {
            manager.emit(|| LoginEvent::AuthHashChanged {
                user_id: login.user_id.to_string(),
                login: login.id,
            });
        }
        compared
    }

    /// Makes the digest of the auth hash anew, under the key that signs.
    async fn stamp_auth_hash(&self, login: &Login, user: &dyn AnyUser) {
        let manager = &*self.manager;
        let mut stamped = login.clone();
        stamped.auth_hash = user
            .auth_hash()
            .map(|value| manager.auth_hashes.digest(&login.user_id, &value));
        // Best effort: while the old key is there, the old digest goes on counting.
        if manager.store.revocable() {
            let update = manager.store.update(Arc::new(self.stamped(stamped)));
            let _ = self.ask_store(update).await;
        }
    }

    async fn ask_loader(
        &self,
        found: impl Future<Output = Found<Arc<dyn AnyUser>>>,
        what: &str,
    ) -> Result<Option<Arc<dyn AnyUser>>, Failure> {
        let error = match deadline::run(self.manager.timeout, found).await {
            Ok(Ok(user)) => return Ok(user),
            Ok(Err(LoadError::Failed(error))) => format!("failed: {error}"),
            Ok(Err(LoadError::Rejected(status))) => {
                format!("was not called, because one of its extractors answered {status}")
            }
            Err(unfinished) => describe(unfinished).to_owned(),
        };
        tracing::error!(target: "login_runtime", "the {what} {error}");
        Err(Failure::Unavailable)
    }
}
