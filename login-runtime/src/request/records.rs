//! Asking the store on behalf of a request, and what is read off its answers.

use std::{future::Future, sync::Arc};

use super::{CurrentLogin, Failure, RequestLogin, Standing};
use crate::{
    deadline,
    login::{Limits, Login, LoginId},
    store::{StoreError, Ticket},
};

/// How often a record that keeps changing is looked at anew.
pub(crate) const ATTEMPTS: usize = 3;

impl RequestLogin {
    /// Awaits the store, and logs where it did not answer.
    pub(crate) async fn ask_store<T>(
        &self,
        answer: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, Failure> {
        match deadline::run(self.realm.timeout, answer).await {
            Ok(Ok(value)) => return Ok(value),
            Ok(Err(error)) => tracing::error!(target: "login_runtime", "{error}"),
            Err(unfinished) => {
                tracing::error!(target: "login_runtime", "the login store {unfinished}");
            }
        }
        Err(Failure::Unavailable)
    }

    pub(crate) async fn load(
        &self,
        id: LoginId,
        carried: &[u8],
    ) -> Result<Option<Arc<Login>>, Failure> {
        let ticket = self.ticket(id, carried);
        self.ask_store(self.realm.store.load(ticket)).await
    }

    /// Ends a login; says whether there was one.
    pub(crate) async fn delete(&self, id: LoginId, carried: &[u8]) -> Result<bool, Failure> {
        let ticket = self.ticket(id, carried);
        self.ask_store(self.realm.store.delete(ticket)).await
    }

    /// The record, where the store has it at hand; anything else is for [`load`](Self::load) to say.
    #[inline]
    pub(crate) fn load_now(&self, id: LoginId, carried: &[u8]) -> Option<Arc<Login>> {
        let ticket = self.ticket(id, carried);
        deadline::at_hand(|| self.realm.store.load_now(ticket))
    }

    fn ticket<'a>(&'a self, id: LoginId, carried: &'a [u8]) -> Ticket<'a> {
        Ticket::new(&self.realm.records, id, carried)
    }

    /// Whether a login is fresh, by the manager's limit or within so many seconds.
    pub(crate) fn is_fresh(&self, current: &CurrentLogin, within: Option<i64>) -> bool {
        let limits = &self.realm.limits;
        current.same_client
            && current.standing == Standing::Proved
            && Limits::is_fresh(
                current.login.fresh_since,
                self.now(),
                within.unwrap_or(limits.fresh),
            )
    }
}
