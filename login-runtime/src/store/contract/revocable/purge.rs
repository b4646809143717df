//! Forgetting what has expired.

use std::sync::Arc;

use super::listed;
use crate::{
    login::Login,
    store::{
        LoginStore, Update,
        contract::{
            Broken, ensure, ensure_eq,
            sample::{create, ensure_gone, ensure_kept, expiring, next, realm},
        },
    },
};

/// Purges until nothing is left to purge, as a caller would.
async fn purge_all<St: LoginStore>(store: &St, realm: &str, before: i64) -> Result<u64, Broken> {
    let mut purged = 0;
    loop {
        match store.purge_expired(realm, before.into(), 100).await? {
            0 => return Ok(purged),
            some => purged += some,
        }
    }
}

/// `purge_expired` forgets the logins that expired at the time given or before it, and no other.
pub(crate) async fn a_purge_takes_what_has_expired<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    if store.records_expire() {
        return Ok(());
    }
    let realm = realm();
    let logins: Vec<_> = [i64::MIN, -1, 999, 1_000]
        .map(|time| expiring(&realm, "ada", time))
        .to_vec();
    let alive: Vec<_> = [1_001, i64::MAX]
        .map(|time| expiring(&realm, "ada", time))
        .to_vec();
    for login in logins.iter().chain(&alive) {
        create(&**store, login).await?;
    }
    ensure_eq!(
        purge_all(&**store, &realm, 1_000).await?,
        4,
        "purged logins"
    );
    for login in &logins {
        let what = format!(
            "a login that expired at {}, purged at 1000",
            login.expires_at
        );
        ensure_gone(&**store, login, &what).await?;
    }
    for login in &alive {
        let what = format!(
            "a login that expires at {}, purged at 1000",
            login.expires_at
        );
        ensure_kept(&**store, login, &what).await?;
    }
    ensure_eq!(
        purge_all(&**store, &realm, i64::MAX).await?,
        2,
        "logins purged at the end of time"
    );
    Ok(())
}

/// `purge_expired` takes no more than it may, and calling it again takes the rest.
pub(crate) async fn a_purge_keeps_to_its_limit<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    if store.records_expire() {
        return Ok(());
    }
    let realm = realm();
    for expires_at in 0..10 {
        create(&**store, &expiring(&realm, "ada", expires_at)).await?;
    }
    let mut left = 10;
    for limit in [0, 1, 4, 0, 3] {
        let purged = store.purge_expired(&realm, 1_000.into(), limit).await?;
        ensure!(
            purged <= limit as u64,
            "with a limit of {limit}, {purged} logins were purged"
        );
        left -= purged;
        let listed = listed(&**store, &realm, "ada").await?.len() as u64;
        ensure_eq!(listed, left, "logins left after a purge of {purged}");
    }
    ensure_eq!(
        purge_all(&**store, &realm, 1_000).await?,
        left,
        "purged logins at last"
    );
    ensure_eq!(
        store
            .purge_expired(&realm, 1_000.into(), usize::MAX)
            .await?,
        0,
        "purged of nothing"
    );
    Ok(())
}

/// An update moves a login's expiry, in both directions.
pub(crate) async fn a_purge_goes_by_the_latest_expiry<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    if store.records_expire() {
        return Ok(());
    }
    let realm = realm();
    let later = expiring(&realm, "ada", 500);
    let sooner = expiring(&realm, "ada", 9_000);
    create(&**store, &later).await?;
    create(&**store, &sooner).await?;
    // A store may note what it sees; it has to notice what changes afterwards.
    ensure_eq!(
        purge_all(&**store, &realm, 100).await?,
        0,
        "purged logins before their time"
    );
    let later = Login {
        expires_at: 5_000,
        ..next(&later)
    };
    let sooner = Login {
        expires_at: 600,
        ..next(&sooner)
    };
    for login in [&later, &sooner] {
        ensure_eq!(
            store.update(Arc::new(login.clone())).await?,
            Update::Updated,
            "an update"
        );
    }
    ensure_eq!(
        purge_all(&**store, &realm, 1_000).await?,
        1,
        "purged logins"
    );
    ensure_kept(
        &**store,
        &later,
        "a login whose expiry moved past the purge",
    )
    .await?;
    ensure_gone(
        &**store,
        &sooner,
        "a login whose expiry moved before the purge",
    )
    .await?;
    ensure_eq!(
        purge_all(&**store, &realm, 5_000).await?,
        1,
        "purged logins, later"
    );
    ensure_gone(&**store, &later, "a login whose new expiry has come").await
}

/// A purge of one realm leaves the others alone.
pub(crate) async fn a_purge_stays_in_its_realm<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    if store.records_expire() {
        return Ok(());
    }
    let here = expiring(&realm(), "ada", 10);
    let there = expiring(&realm(), "ada", 10);
    create(&**store, &here).await?;
    create(&**store, &there).await?;
    ensure_eq!(
        purge_all(&**store, &here.realm, 1_000).await?,
        1,
        "purged logins"
    );
    ensure_gone(&**store, &here, "after a purge").await?;
    ensure_kept(&**store, &there, "after a purge of another realm").await?;
    ensure_eq!(
        purge_all(&**store, &there.realm, 1_000).await?,
        1,
        "purged logins over there"
    );
    Ok(())
}
