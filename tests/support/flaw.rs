//! How a store may break its contract.

use std::{num::NonZeroUsize, sync::Arc};

use login_runtime::store::{Cursor, Login, LoginStore, Page, StoreError};

/// How a store breaks its contract although it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// A field of a new login is lost.
    LosesAField,
    /// What another release has written into a login is lost.
    LosesWhatItDoesNotKnow,
    /// User ids are cut off after 255 characters.
    ShortensUserIds,
    /// Realms are the same where they differ in case or in white space.
    IgnoresTheRealm,
    /// An update is written whatever its version is.
    IgnoresTheVersion,
    /// Between the look at the version and the update, others may act.
    ComparesAndSetsInTwoSteps,
    /// While a login is written it is not there.
    WritesInTwoSteps,
    /// An update of a login that is gone makes it anew.
    UpdateCreates,
    /// A deleted login can be loaded once more.
    DeleteComesLate,
    /// A delete goes by the id, and takes the login of whatever realm was made last.
    DeleteIgnoresTheRealm,
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
    /// `delete_realm` ends the logins of one user alone.
    RealmHasOneUser,
    /// `delete_realm` spares what is written while it looks.
    RealmInTwoSteps,
    /// A cursor is a number of logins, and those before it may go meanwhile.
    PagesByOffset,
    /// A page has as many logins as there are.
    PageIgnoresTheLimit,
    /// The first page is the last.
    PagesEndEarly,
    /// A cursor goes before the realm that is asked for.
    CursorHasTheRealm,
    /// A page has logins of every realm whose name begins alike.
    PagesMixRealms,
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

impl Flaw {
    /// What such a store takes for a page of a realm.
    pub(crate) async fn page(
        self,
        store: &impl LoginStore,
        realm: &str,
        cursor: Option<&Cursor>,
        limit: NonZeroUsize,
    ) -> Result<Page<Arc<Login>>, StoreError> {
        match self {
            Self::PagesByOffset => {
                let start = cursor.map_or(Ok([0; 8]), |it| it.as_bytes().try_into());
                let start = start.map_err(|_| StoreError::UnknownCursor)?;
                let start = usize::try_from(u64::from_be_bytes(start)).unwrap_or(usize::MAX);
                let logins = all(store, realm).await?;
                let page: Vec<_> = logins.into_iter().skip(start).take(limit.get()).collect();
                let end = (start + page.len()) as u64;
                let next = (!page.is_empty()).then(|| Cursor::from_bytes(end.to_be_bytes()));
                Ok(Page::new(page, next))
            }
            Self::PageIgnoresTheLimit => store.list_realm(realm, cursor, NonZeroUsize::MAX).await,
            Self::PagesEndEarly => {
                let page = store.list_realm(realm, cursor, limit).await?;
                Ok(Page::new(page.items, None))
            }
            Self::CursorHasTheRealm => {
                let bytes = cursor.map_or(realm.as_bytes(), |it| it.as_bytes());
                let realm = String::from_utf8_lossy(bytes);
                let page = store.list_realm(&realm, None, NonZeroUsize::MAX);
                let next = cursor
                    .is_none()
                    .then(|| Cursor::from_bytes(realm.as_bytes()));
                Ok(Page::new(page.await?.items, next))
            }
            Self::PagesMixRealms if cursor.is_none() => {
                let mut logins = all(store, realm).await?;
                logins.extend(all(store, &format!("{realm}-2")).await?);
                Ok(Page::new(logins, None))
            }
            _ => store.list_realm(realm, cursor, limit).await,
        }
    }
}

/// Every login of a realm, in the order of their ids.
pub(crate) async fn all(
    store: &impl LoginStore,
    realm: &str,
) -> Result<Vec<Arc<Login>>, StoreError> {
    let page = store.list_realm(realm, None, NonZeroUsize::MAX);
    let mut logins = page.await?.items;
    logins.sort_by_key(|login| login.id());
    Ok(logins)
}
