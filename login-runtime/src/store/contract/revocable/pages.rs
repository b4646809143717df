//! Listing a realm, a page at a time.

use std::{num::NonZeroUsize, sync::Arc};

use super::cap;
use crate::{
    login::{Login, LoginId},
    store::{
        Cursor, LoginStore, Page, StoreError, Update,
        contract::{
            Broken, ensure, ensure_eq,
            sample::{create, delete, login, next, realm},
        },
    },
};

/// After so many pages a list of a few logins is taken for one that never ends.
///
/// Pages may be short or empty, so it is far more than the logins; a store in parts may well give
/// a page for each.
const PAGES: usize = 10_000;

/// Every page of a realm, from a cursor to the end.
async fn pages_from<St: LoginStore>(
    store: &St,
    realm: &str,
    mut cursor: Option<Cursor>,
    limit: usize,
) -> Result<Vec<Page<Arc<Login>>>, Broken> {
    let limit = NonZeroUsize::new(limit).unwrap_or(NonZeroUsize::MIN);
    let mut pages = Vec::new();
    for _ in 0..PAGES {
        let page = store.list_realm(realm, cursor.as_ref(), limit).await?;
        cursor.clone_from(&page.next);
        pages.push(page);
        if cursor.is_none() {
            return Ok(pages);
        }
    }
    Err(format!("a list of a realm did not end within {PAGES} pages").into())
}

/// Every login of a realm, as often as it is listed.
pub(super) async fn all<St: LoginStore>(
    store: &St,
    realm: &str,
    limit: usize,
) -> Result<Vec<Arc<Login>>, Broken> {
    let pages = pages_from(store, realm, None, limit).await?;
    Ok(pages.into_iter().flat_map(|page| page.items).collect())
}

/// `list_realm` has every login of every user of one realm, whole and as it is now, whatever the
/// limit.
pub(crate) async fn every_login_of_a_realm_is_listed<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    ensure_eq!(
        all(&**store, &realm, 10).await?.len(),
        0,
        "logins of a new realm"
    );
    let mut logins = Vec::new();
    for number in 0..23 {
        let login = login(&realm, &format!("user {}", number % 5));
        create(&**store, &login).await?;
        // The same id in another realm is another login.
        let elsewhere = Login {
            realm: format!("{realm}-2").into(),
            ..login.clone()
        };
        create(&**store, &elsewhere).await?;
        logins.push(login);
    }
    for login in logins.iter_mut().step_by(3) {
        *login = next(login);
        let answer = store.update(Arc::new(login.clone())).await?;
        ensure_eq!(answer, Update::Updated, "an update");
    }
    let gone = logins.swap_remove(7);
    delete(&**store, &gone).await?;
    logins.sort_by_key(|login| login.id);
    for limit in [1, 2, 7, 22, 23, usize::MAX] {
        let listed = all(&**store, &realm, limit).await?;
        let mut listed: Vec<Login> = listed.into_iter().map(Arc::unwrap_or_clone).collect();
        listed.sort_by_key(|login| login.id);
        listed.dedup();
        ensure_eq!(
            listed.iter().map(|it| it.id).collect::<Vec<_>>(),
            logins.iter().map(|it| it.id).collect::<Vec<_>>(),
            "the logins of a realm in pages of {limit}"
        );
        ensure!(
            listed == logins,
            "a login is listed in pages of {limit} as something that it is not"
        );
    }
    Ok(())
}

/// However logins come, change and go between two pages, what stays is on one of them.
pub(crate) async fn what_stays_is_listed_though_others_come_and_go<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    // Once others only go, which moves what comes after them, and once as many come.
    for others_come in [false, true] {
        let realm = realm();
        let mut stay: Vec<Login> = (0..20).map(|_| login(&realm, "ada")).collect();
        let mut go: Vec<Login> = (0..20).map(|_| login(&realm, "grace")).collect();
        for login in stay.iter().chain(&go) {
            create(&**store, login).await?;
        }
        let mut listed: Vec<LoginId> = Vec::new();
        let mut cursor = None;
        for turn in 0..PAGES {
            let page = store.list_realm(&realm, cursor.as_ref(), cap(3)).await?;
            listed.extend(page.items.iter().map(|login| login.id));
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
            for gone in go.extract_if(.., |login| listed.contains(&login.id)) {
                delete(&**store, &gone).await?;
                if others_come {
                    create(&**store, &login(&realm, "new")).await?;
                }
            }
            let at = turn % stay.len();
            stay[at] = next(&stay[at]);
            store.update(Arc::new(stay[at].clone())).await?;
        }
        ensure!(
            cursor.is_none(),
            "a list of a realm did not end within {PAGES} pages"
        );
        for login in &stay {
            ensure!(
                listed.contains(&login.id),
                "a login that was there all the time was on no page"
            );
        }
    }
    Ok(())
}

/// No page has more logins than were asked for.
pub(crate) async fn a_page_is_never_longer_than_its_limit<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for _ in 0..30 {
        create(&**store, &login(&realm, "ada")).await?;
    }
    for limit in [1, 4, 29] {
        for page in pages_from(&**store, &realm, None, limit).await? {
            ensure!(
                page.items.len() <= limit,
                "a page of at most {limit} had {} logins",
                page.items.len()
            );
        }
    }
    Ok(())
}

/// A cursor of another realm, or none of the store's at all, leads to no login of another realm.
pub(crate) async fn an_unknown_cursor_harms_nothing<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let (here, there) = (realm(), realm());
    for _ in 0..9 {
        create(&**store, &login(&here, "ada")).await?;
        create(&**store, &login(&there, "ada")).await?;
    }
    let foreign = pages_from(&**store, &there, None, 2).await?;
    let foreign = foreign.into_iter().filter_map(|page| page.next);
    let garbage = [0, 1, 2, 16, 18, 300].map(|len| Cursor::from_bytes(vec![0x27; len]));
    let largest = [2, 16, 18].map(|len| Cursor::from_bytes(vec![0xff; len]));
    for cursor in foreign.chain(garbage).chain(largest) {
        match store.list_realm(&here, Some(&cursor), cap(100)).await {
            Ok(page) => ensure!(
                page.items.iter().all(|login| *login.realm == *here),
                "the cursor {cursor} led into another realm"
            ),
            Err(StoreError::UnknownCursor) => {}
            Err(error) => {
                return Err(format!(
                    "the cursor {cursor} has to answer `UnknownCursor` or a page, not: {error}"
                )
                .into());
            }
        }
    }
    Ok(())
}
