//! A login store around another that counts its calls, fails where it is told to, and may break its
//! contract.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use login_runtime::{
    Timestamp,
    store::{
        Cursor, Login, LoginId, LoginParts, LoginStore, MemoryStore, Page, StoreError, Ticket,
        Update,
    },
};
use tokio::{task::yield_now, time::sleep};

use crate::{
    faults::{Call, Faults},
    flaw::{self, Flaw},
    record::Record,
    suite::{engine_address, is_remote},
};

/// A store around another, which counts its calls and goes wrong where its [`Faults`] and its [`Flaw`]
/// say so. It has at hand what the other has at hand, unless the suite runs as with a
/// [remote store](is_remote). Then it also carries in which part of it a login is, and finds nothing
/// in another.
#[derive(Clone, Default)]
pub struct FaultyStore<S = MemoryStore> {
    inner: S,
    faults: Faults,
    flaw: Option<Flaw>,
    /// The login that was deleted last, for `Flaw::DeleteComesLate`, or made last, for
    /// `Flaw::HasOldLoginsAtHand`.
    kept: Arc<Mutex<Option<Arc<Login>>>>,
}

impl FaultyStore {
    /// A new memory store that passes everything on.
    pub fn memory() -> Self {
        Self::default()
    }
}

impl<S> FaultyStore<S> {
    /// A store that passes everything on, until its faults say otherwise.
    pub fn new(inner: S, faults: &Faults) -> Self {
        Self {
            inner,
            faults: faults.clone(),
            flaw: None,
            kept: Arc::default(),
        }
    }

    /// A store that answers, but wrongly.
    pub fn with_flaw(inner: S, flaw: Flaw) -> Self {
        Self {
            flaw: Some(flaw),
            ..Self::new(inner, &Faults::default())
        }
    }

    /// What was asked of the store, and what goes wrong.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The store itself.
    pub fn inner(&self) -> &S {
        &self.inner
    }

    fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn keep(&self, login: Option<Arc<Login>>) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = login;
    }

    fn take_kept(&self, id: LoginId) -> Option<Arc<Login>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.take_if(|kept| kept.id() == id)
    }
}

/// A login as it is written: outside of this process there are the bytes of its digests, and nothing
/// that this process has noted beside them.
fn as_written(login: Arc<Login>) -> Arc<Login> {
    if !is_remote() {
        return login;
    }
    let written = Login::from_parts(LoginParts {
        realm: login.realm(),
        id: login.id(),
        user_id: login.user_id(),
        version: login.version(),
        created_at: login.created_at(),
        last_seen_at: login.last_seen_at(),
        expires_at: login.expires_at(),
        payload: &login.payload(),
    });
    Arc::new(written.expect("a login is read as it was written"))
}

/// Where a login is kept, as a store of many servers would note it.
fn part(id: LoginId) -> [u8; 2] {
    let [first, second, ..] = *id.as_bytes();
    [first ^ 0x5a, second ^ 0xa5]
}

/// A login after something has been done to what is in it.
fn changed(login: &Arc<Login>, change: impl FnOnce(&mut Record)) -> Arc<Login> {
    let mut record = Record::from(login);
    change(&mut record);
    record.login()
}

impl<S: LoginStore> FaultyStore<S> {
    fn has_parts(&self) -> bool {
        is_remote() && engine_address().is_none() && self.revocable()
    }

    /// The ticket as the store inside knows it; none where the part is not the login's.
    fn inner_ticket<'a>(&self, ticket: Ticket<'a>) -> Option<Ticket<'a>> {
        if !self.has_parts() {
            return Some(ticket);
        }
        let rest = ticket.carried.strip_prefix(&part(ticket.id));
        let found = rest.is_some_and(|rest| rest.iter().all(|byte| *byte == 0));
        found.then(|| Ticket::new(ticket.realm, ticket.id, &[]))
    }

    async fn get(&self, login: &Login) -> Result<Option<Arc<Login>>, StoreError> {
        let ticket = Ticket::new(login.realm(), login.id(), &[]);
        self.inner.load(ticket).await
    }

    async fn remove(&self, login: &Login) -> Result<bool, StoreError> {
        let ticket = Ticket::new(login.realm(), login.id(), &[]);
        self.inner.delete(ticket).await
    }

    /// Writes a login without asking for its version.
    async fn overwrite(&self, login: Arc<Login>) -> Result<(), StoreError> {
        self.remove(&login).await?;
        self.inner.create(login, NonZeroUsize::MAX).await
    }
}

impl<S: LoginStore> LoginStore for FaultyStore<S> {
    fn revocable(&self) -> bool {
        self.inner.revocable()
    }

    fn records_expire(&self) -> bool {
        self.inner.records_expire()
    }

    fn carry(&self, login: &Login) -> Vec<u8> {
        let mut carried = match self.has_parts() {
            true => part(login.id()).to_vec(),
            false => self.inner.carry(login),
        };
        carried.resize(carried.len() + self.faults.carries(), 0);
        carried
    }

    fn create(
        &self,
        login: Arc<Login>,
        cap: NonZeroUsize,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        let mut login = as_written(login);
        self.faults.call(Call::Create, async move {
            match self.flaw {
                Some(Flaw::LosesAField) => login = changed(&login, |it| it.fresh_since = None),
                Some(Flaw::LosesWhatItDoesNotKnow) => {
                    login = changed(&login, |it| it.others.clear());
                }
                Some(Flaw::ShortensUserIds) => {
                    let user_id: String = login.user_id().chars().take(255).collect();
                    login = changed(&login, |it| it.user_id = user_id.into());
                }
                Some(Flaw::CapIsOffByOne) => {
                    return self.inner.create(login, cap.saturating_add(1)).await;
                }
                Some(Flaw::CapEndsTheNewest) => {
                    self.inner
                        .create(Arc::clone(&login), NonZeroUsize::MAX)
                        .await?;
                    let logins = self.inner.list_user(login.realm(), login.user_id()).await?;
                    for login in logins.iter().skip(cap.get()) {
                        self.remove(login).await?;
                    }
                    return Ok(());
                }
                Some(Flaw::CapInTwoSteps) => {
                    let others = self.inner.list_user(login.realm(), login.user_id()).await?;
                    yield_now().await;
                    for other in others.iter().skip(cap.get() - 1) {
                        self.remove(other).await?;
                    }
                    return self.inner.create(login, NonZeroUsize::MAX).await;
                }
                Some(Flaw::HasOldLoginsAtHand | Flaw::DeleteIgnoresTheRealm) => {
                    self.keep(Some(Arc::clone(&login)));
                }
                _ => {}
            }
            self.inner.create(login, cap).await
        })
    }

    fn load(
        &self,
        ticket: Ticket<'_>,
    ) -> impl Future<Output = Result<Option<Arc<Login>>, StoreError>> + Send {
        self.faults.call(Call::Load, async move {
            if self.has(Flaw::DeleteComesLate)
                && let Some(late) = self.take_kept(ticket.id)
            {
                return Ok(Some(late));
            }
            let Some(ticket) = self.inner_ticket(ticket) else {
                return Ok(None);
            };
            if self.has(Flaw::IgnoresTheRealm) {
                let realm = &ticket.realm.to_lowercase().trim().into();
                let ticket = Ticket::new(realm, ticket.id, ticket.carried);
                return self.inner.load(ticket).await;
            }
            self.inner.load(ticket).await
        })
    }

    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        if self.has(Flaw::HasOldLoginsAtHand) {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            return kept.clone().filter(|kept| kept.id() == ticket.id);
        }
        let login = self.inner.load_now(self.inner_ticket(ticket)?)?;
        self.faults.may_answer_at_once().then_some(login)
    }

    fn update(&self, login: Arc<Login>) -> impl Future<Output = Result<Update, StoreError>> + Send {
        let mut login = as_written(login);
        self.faults.call(Call::Update, async move {
            if self.flaw.is_none() {
                return self.inner.update(login).await;
            }
            if self.has(Flaw::LosesWhatItDoesNotKnow) {
                login = changed(&login, |it| it.others.clear());
            }
            let kept = self.get(&login).await?;
            match (self.flaw, kept) {
                (Some(Flaw::UpdateCreates), None) => {
                    self.inner.create(login, NonZeroUsize::MAX).await?;
                    Ok(Update::Updated)
                }
                (Some(Flaw::IgnoresTheVersion), Some(_)) => {
                    self.overwrite(login).await?;
                    Ok(Update::Updated)
                }
                (Some(Flaw::WritesInTwoSteps), Some(kept)) => {
                    if kept.version().wrapping_add(1) != login.version() {
                        return Ok(Update::Changed);
                    }
                    self.remove(&login).await?;
                    // Long enough to be noticed, also where there are few threads.
                    sleep(Duration::from_millis(1)).await;
                    let _ = self.inner.create(login, NonZeroUsize::MAX).await;
                    Ok(Update::Updated)
                }
                (Some(Flaw::ComparesAndSetsInTwoSteps), Some(kept)) => {
                    if kept.user_id() != login.user_id() {
                        return Ok(Update::Gone);
                    }
                    if kept.version().wrapping_add(1) != login.version() {
                        return Ok(Update::Changed);
                    }
                    yield_now().await;
                    // Two that come here at once may both find the id taken.
                    let _ = self.overwrite(login).await;
                    Ok(Update::Updated)
                }
                _ => self.inner.update(login).await,
            }
        })
    }

    fn delete(&self, ticket: Ticket<'_>) -> impl Future<Output = Result<bool, StoreError>> + Send {
        self.faults.call(Call::Delete, async move {
            let Some(ticket) = self.inner_ticket(ticket) else {
                return Ok(false);
            };
            if self.has(Flaw::DeleteComesLate) {
                self.keep(self.inner.load(ticket).await?);
            }
            if self.has(Flaw::DeleteIgnoresTheRealm)
                && let Some(last) = self.take_kept(ticket.id)
            {
                return self.remove(&last).await;
            }
            Ok(self.inner.delete(ticket).await? || self.has(Flaw::DeleteFindsEverything))
        })
    }

    fn delete_user(
        &self,
        realm: &str,
        user_id: &str,
        keep: Option<LoginId>,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send {
        let keep = keep.filter(|_| !self.has(Flaw::KeepsNobody));
        let deleted = self.inner.delete_user(realm, user_id, keep);
        self.faults.call(Call::DeleteUser, deleted)
    }

    fn delete_realm(&self, realm: &str) -> impl Future<Output = Result<u64, StoreError>> + Send {
        self.faults.call(Call::DeleteRealm, async move {
            match self.flaw {
                Some(Flaw::RealmHasOneUser) => self.inner.delete_user(realm, "ada", None).await,
                Some(Flaw::RealmInTwoSteps) => {
                    let logins = flaw::all(&self.inner, realm).await?;
                    yield_now().await;
                    for login in &logins {
                        if self.get(login).await?.as_ref() == Some(login) {
                            self.remove(login).await?;
                        }
                    }
                    Ok(logins.len() as u64)
                }
                _ => self.inner.delete_realm(realm).await,
            }
        })
    }

    fn list_user(
        &self,
        realm: &str,
        user_id: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Login>>, StoreError>> + Send {
        self.faults.call(Call::ListUser, async move {
            let mut logins = self.inner.list_user(realm, user_id).await?;
            if self.has(Flaw::ListIsUnordered) {
                logins.sort_by_key(|login| login.id());
            }
            Ok(logins)
        })
    }

    fn list_realm(
        &self,
        realm: &str,
        cursor: Option<&Cursor>,
        limit: NonZeroUsize,
    ) -> impl Future<Output = Result<Page<Arc<Login>>, StoreError>> + Send {
        self.faults.call(Call::ListRealm, async move {
            match self.flaw {
                Some(flaw) => flaw.page(&self.inner, realm, cursor, limit).await,
                None => self.inner.list_realm(realm, cursor, limit).await,
            }
        })
    }

    fn purge_expired(
        &self,
        realm: &str,
        before: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send {
        self.faults.call(Call::PurgeExpired, async move {
            let (before, limit) = match self.flaw {
                Some(Flaw::PurgeIgnoresTheLimit) => (before, usize::MAX),
                Some(Flaw::PurgeIsEarly) => (before.as_secs().saturating_add(1).into(), limit),
                Some(Flaw::PurgeIsLate) => (before.as_secs().saturating_sub(1).into(), limit),
                Some(Flaw::PurgeForgetsToLookAgain) => {
                    let mut expired = self.inner.list_user(realm, "ada").await?;
                    expired.retain(|login| login.expires_at() <= before);
                    expired.truncate(limit);
                    yield_now().await;
                    for login in &expired {
                        self.remove(login).await?;
                    }
                    return Ok(expired.len() as u64);
                }
                _ => (before, limit),
            };
            self.inner.purge_expired(realm, before, limit).await
        })
    }
}
