//! Looking at logins and ending them without a request: for those who run the application.

use std::{fmt::Display, num::NonZeroUsize, sync::Arc};

use super::LoginManager;
use crate::{
    deadline,
    error::LoginError,
    extract::Device,
    login::{Login, LoginId},
    store::{Cursor, Page, Ticket},
    user::UserMixin,
};

impl<U: UserMixin> LoginManager<U> {
    /// Ends every login of every user, without a request: after an intrusion, for example. Says how
    /// many there were.
    ///
    /// Whoever logs in meanwhile may stay logged in.
    ///
    /// ```
    /// use login_runtime::{LoginError, LoginManager, UserMixin};
    ///
    /// async fn after_an_intrusion(login_manager: &LoginManager<impl UserMixin>) -> Result<(), LoginError> {
    ///     let ended = login_manager.end_all_logins().await?;
    ///     println!("{ended} logins ended; everybody has to log in anew");
    ///     Ok(())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// The store did not answer, or it keeps no list of logins
    /// ([`StoreError::Unsupported`](crate::store::StoreError::Unsupported)).
    pub async fn end_all_logins(&self) -> Result<u64, LoginError> {
        let realm = &*self.realm;
        let ended = realm.store.delete_realm(&realm.records);
        deadline::answered(realm.timeout, ended).await
    }

    /// Everybody's logins, in no particular order, about `limit` of them (0 counts as 1): the first
    /// page without a cursor, and then each page with the [`next`](Page::next) of the one before.
    ///
    /// A login that is there from the first page to the last is on one of them. A page may be short,
    /// or empty, although there are more: only `next` says whether there are.
    ///
    /// ```
    /// use login_runtime::{LoginError, LoginManager, UserMixin};
    ///
    /// async fn print_logins(login_manager: &LoginManager<impl UserMixin>) -> Result<(), LoginError> {
    ///     let mut cursor = None;
    ///     loop {
    ///         let page = login_manager.all_logins(cursor.as_ref(), 100).await?;
    ///         for device in page.items {
    ///             println!("{}: {:?}", device.user_id(), device.user_agent());
    ///         }
    ///         cursor = page.next;
    ///         if cursor.is_none() {
    ///             return Ok(());
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`end_all_logins`](Self::end_all_logins). A cursor that does not come from a page is
    /// [`StoreError::UnknownCursor`](crate::store::StoreError::UnknownCursor), or leads to logins
    /// like any other.
    pub async fn all_logins(
        &self,
        cursor: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page<Device>, LoginError> {
        let realm = &*self.realm;
        let limit = NonZeroUsize::new(limit).unwrap_or(NonZeroUsize::MIN);
        let page = realm.store.list_realm(&realm.records, cursor, limit);
        let page = deadline::answered(realm.timeout, page).await?;
        Ok(Page::new(self.devices(page.items), page.next))
    }

    /// The logins of a user, the most recently seen first.
    ///
    /// A user's own page has [`LoginSession::logins`](crate::LoginSession::logins), which knows the
    /// device that asks, and leaves out logins that were never used.
    ///
    /// ```
    /// use login_runtime::{LoginError, LoginManager, UserMixin};
    ///
    /// async fn was_here(login_manager: &LoginManager<impl UserMixin>, user_id: &str) -> Result<bool, LoginError> {
    ///     Ok(!login_manager.logins_of(user_id).await?.is_empty())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`end_all_logins`](Self::end_all_logins).
    pub async fn logins_of(&self, user_id: impl Display) -> Result<Vec<Device>, LoginError> {
        Ok(self.devices(self.list(&user_id.to_string()).await?))
    }

    /// Ends one login of a user, as listed by [`logins_of`](Self::logins_of) or
    /// [`all_logins`](Self::all_logins); says whether the user had such a one. Logins of other users
    /// are left alone.
    ///
    /// ```
    /// use login_runtime::{Device, LoginError, LoginManager, UserMixin};
    ///
    /// async fn end(login_manager: &LoginManager<impl UserMixin>, device: &Device) -> Result<bool, LoginError> {
    ///     login_manager.end_login(device.user_id(), device.id()).await
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`end_all_logins`](Self::end_all_logins).
    pub async fn end_login(&self, user_id: impl Display, id: LoginId) -> Result<bool, LoginError> {
        let realm = &*self.realm;
        let logins = self.list(&user_id.to_string()).await?;
        let found = logins
            .iter()
            .find(|login| login.id == id && !login.has_ended());
        let Some(login) = found else {
            return Ok(false);
        };
        let carried = realm.store.carry(login);
        let ended = realm.store.delete(Ticket::of(login, &carried));
        deadline::answered(realm.timeout, ended).await
    }

    async fn list(&self, user_id: &str) -> Result<Vec<Arc<Login>>, LoginError> {
        let realm = &*self.realm;
        let logins = realm.store.list_user(&realm.records, user_id);
        deadline::answered(realm.timeout, logins).await
    }

    /// The logins that have not expired.
    fn devices(&self, logins: Vec<Arc<Login>>) -> Vec<Device> {
        let realm = &*self.realm;
        let now = realm.clock.now().as_secs();
        let logins = logins.into_iter();
        logins
            .filter(|login| realm.limits.lives(login, now))
            .map(|login| Device {
                login,
                current: false,
            })
            .collect()
    }
}
