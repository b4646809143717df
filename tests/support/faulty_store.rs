//! A login store around another that counts its calls, fails where it is told to, and may break its
//! contract.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, PoisonError},
};

use login_runtime::store::{
    Digest, Login, LoginId, LoginStore, MemoryStore, StoreError, Ticket, Update,
};
use tokio::task::yield_now;

use crate::{
    faults::{Call, Faults},
    suite::is_remote,
};

/// How a store breaks its contract although it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A field of a new login is lost.
    LosesAField,
    /// User ids are cut off after 255 characters.
    ShortensUserIds,
    /// Realms are the same where they differ in case or in white space.
    IgnoresTheRealm,
    /// An update is written whatever its version is.
    IgnoresTheVersion,
    /// Between the look at the version and the update, others may act.
    ComparesAndSetsInTwoSteps,
    /// An update of a login that is gone makes it anew.
    UpdateCreates,
    /// A deleted login can be loaded once more.
    DeleteComesLate,
    /// Every delete says that there was a login.
    DeleteFindsEverything,
    /// A user may have one login more than allowed.
    CapIsOffByOne,
    /// The cap ends whichever logins come last, the new one too.
    CapEndsTheNewest,
    /// Between the look at the cap and the new login, others may act.
    CapInTwoSteps,
    /// `delete_user` spares nobody.
    KeepsNobody,
    /// The logins of a user are in no order of time.
    ListIsUnordered,
    /// A purge forgets everything that has expired.
    PurgeIgnoresTheLimit,
    /// A purge forgets what expires in a second.
    PurgeIsEarly,
    /// A purge spares what expired in this second.
    PurgeIsLate,
    /// A purge forgets what was extended meanwhile.
    PurgeForgetsToLookAgain,
    /// `load_now` gives a login as it was made, for ever.
    HasOldLoginsAtHand,
}

/// A store around another, which counts its calls and goes wrong where its [`Faults`] and its [`Flaw`]
/// say so. It has at hand what the other has at hand, unless the suite runs as with a
/// [remote store](is_remote).
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
        kept.take_if(|kept| kept.id == id)
    }
}

/// A login as it is written: outside of this process there are the bytes of its digests, and nothing
/// that this process has noted beside them.
fn as_written(mut login: Login) -> Login {
    if is_remote() {
        for digest in [&mut login.identifier, &mut login.auth_hash] {
            *digest = digest.map(|digest| Digest::from_bytes(*digest.as_bytes()));
        }
    }
    login
}

impl<S: LoginStore> FaultyStore<S> {
    async fn get(&self, realm: &str, id: LoginId) -> Result<Option<Arc<Login>>, StoreError> {
        let realm = &realm.into();
        let carried = &[];
        self.inner.load(Ticket { realm, id, carried }).await
    }

    /// Writes a login without asking for its version.
    async fn overwrite(&self, login: Login) -> Result<(), StoreError> {
        self.inner.delete(&login.realm, login.id).await?;
        self.inner.create(login, NonZeroUsize::MAX).await
    }
}

impl<S: LoginStore> LoginStore for FaultyStore<S> {
    fn revocable(&self) -> bool {
        self.inner.revocable()
    }

    fn carry(&self, login: &Login) -> Vec<u8> {
        self.inner.carry(login)
    }

    fn create(
        &self,
        login: Login,
        cap: NonZeroUsize,
    ) -> impl Future<Output = Result<(), StoreError>> + Send {
        let mut login = as_written(login);
        self.faults.call(Call::Create, async move {
            match self.flaw {
                Some(Flaw::LosesAField) => login.fresh_since = None,
                Some(Flaw::ShortensUserIds) => {
                    login.user_id = login.user_id.chars().take(255).collect::<String>().into();
                }
                Some(Flaw::CapIsOffByOne) => {
                    return self.inner.create(login, cap.saturating_add(1)).await;
                }
                Some(Flaw::CapEndsTheNewest) => {
                    let (realm, user_id) = (login.realm.clone(), login.user_id.clone());
                    self.inner.create(login, NonZeroUsize::MAX).await?;
                    let logins = self.inner.list_user(&realm, &user_id).await?;
                    for login in logins.iter().skip(cap.get()) {
                        self.inner.delete(&realm, login.id).await?;
                    }
                    return Ok(());
                }
                Some(Flaw::CapInTwoSteps) => {
                    let others = self.inner.list_user(&login.realm, &login.user_id).await?;
                    yield_now().await;
                    for other in others.iter().skip(cap.get() - 1) {
                        self.inner.delete(&login.realm, other.id).await?;
                    }
                    return self.inner.create(login, NonZeroUsize::MAX).await;
                }
                Some(Flaw::HasOldLoginsAtHand) => self.keep(Some(Arc::new(login.clone()))),
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
            if self.has(Flaw::IgnoresTheRealm) {
                let realm = &ticket.realm.to_lowercase().trim().into();
                return self.inner.load(Ticket { realm, ..ticket }).await;
            }
            self.inner.load(ticket).await
        })
    }

    fn load_now(&self, ticket: Ticket<'_>) -> Option<Arc<Login>> {
        if self.has(Flaw::HasOldLoginsAtHand) {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            return kept.clone().filter(|kept| kept.id == ticket.id);
        }
        let login = self.inner.load_now(ticket)?;
        self.faults.may_answer_at_once().then_some(login)
    }

    fn update(&self, login: Login) -> impl Future<Output = Result<Update, StoreError>> + Send {
        let login = as_written(login);
        self.faults.call(Call::Update, async move {
            if self.flaw.is_none() {
                return self.inner.update(login).await;
            }
            let kept = self.get(&login.realm, login.id).await?;
            match (self.flaw, kept) {
                (Some(Flaw::UpdateCreates), None) => {
                    self.inner.create(login, NonZeroUsize::MAX).await?;
                    Ok(Update::Updated)
                }
                (Some(Flaw::IgnoresTheVersion), Some(_)) => {
                    self.overwrite(login).await?;
                    Ok(Update::Updated)
                }
                (Some(Flaw::ComparesAndSetsInTwoSteps), Some(kept)) => {
                    if kept.user_id != login.user_id {
                        return Ok(Update::Gone);
                    }
                    if kept.version.wrapping_add(1) != login.version {
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

    fn delete(
        &self,
        realm: &str,
        id: LoginId,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send {
        self.faults.call(Call::Delete, async move {
            if self.has(Flaw::DeleteComesLate) {
                self.keep(self.get(realm, id).await?);
            }
            Ok(self.inner.delete(realm, id).await? || self.has(Flaw::DeleteFindsEverything))
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

    fn list_user(
        &self,
        realm: &str,
        user_id: &str,
    ) -> impl Future<Output = Result<Vec<Arc<Login>>, StoreError>> + Send {
        self.faults.call(Call::ListUser, async move {
            let mut logins = self.inner.list_user(realm, user_id).await?;
            if self.has(Flaw::ListIsUnordered) {
                logins.sort_by_key(|login| login.id);
            }
            Ok(logins)
        })
    }

    fn purge_expired(
        &self,
        realm: &str,
        before: i64,
        limit: usize,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send {
        self.faults.call(Call::PurgeExpired, async move {
            let (before, limit) = match self.flaw {
                Some(Flaw::PurgeIgnoresTheLimit) => (before, usize::MAX),
                Some(Flaw::PurgeIsEarly) => (before.saturating_add(1), limit),
                Some(Flaw::PurgeIsLate) => (before.saturating_sub(1), limit),
                Some(Flaw::PurgeForgetsToLookAgain) => {
                    let mut expired = self.inner.list_user(realm, "ada").await?;
                    expired.retain(|login| login.expires_at <= before);
                    expired.truncate(limit);
                    yield_now().await;
                    for login in &expired {
                        self.inner.delete(realm, login.id).await?;
                    }
                    return Ok(expired.len() as u64);
                }
                _ => (before, limit),
            };
            self.inner.purge_expired(realm, before, limit).await
        })
    }
}
