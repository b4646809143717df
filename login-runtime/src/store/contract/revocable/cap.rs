//! The cap on logins per user.

use std::sync::Arc;

use super::{cap, listed};
use crate::{
    login::Login,
    store::{
        LoginStore, Update,
        contract::{
            Broken, ensure, ensure_eq,
            sample::{create, ensure_gone, ensure_kept, load, login, next, realm, seen},
        },
    },
};

/// A user who is at the cap loses the login that was seen longest ago.
pub(crate) async fn the_least_recently_seen_login_ends<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    let [early, late, middle] = [10, 30, 20].map(|second| seen(&realm, "ada", second));
    for login in [&early, &late, &middle] {
        store.create(Arc::new(login.clone()), cap(3)).await?;
    }
    ensure_eq!(
        listed(&**store, &realm, "ada").await?,
        [late.id, middle.id, early.id],
        "logins at the cap"
    );
    // Seen again, so no longer the first to go.
    let early = Login {
        last_seen_at: late.last_seen_at + 5,
        ..next(&early)
    };
    ensure_eq!(
        store.update(Arc::new(early.clone())).await?,
        Update::Updated,
        "an update"
    );
    let fourth = seen(&realm, "ada", 50);
    store.create(Arc::new(fourth.clone()), cap(3)).await?;
    ensure_gone(&**store, &middle, "the login seen longest ago").await?;
    for login in [&early, &late, &fourth] {
        ensure_kept(&**store, login, "a login within the cap").await?;
    }
    Ok(())
}

/// Where a user has more logins than a lower cap allows, `create` ends as many as it takes.
pub(crate) async fn a_lower_cap_ends_several<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    let logins: Vec<_> = (0..7).map(|second| seen(&realm, "ada", second)).collect();
    for login in &logins {
        create(&**store, login).await?;
    }
    let last = seen(&realm, "ada", 100);
    store.create(Arc::new(last.clone()), cap(3)).await?;
    ensure_eq!(
        listed(&**store, &realm, "ada").await?,
        [last.id, logins[6].id, logins[5].id],
        "logins under a cap of 3"
    );
    for login in &logins[..5] {
        ensure_gone(&**store, login, "beyond a cap of 3").await?;
    }
    let only = seen(&realm, "ada", 101);
    store.create(Arc::new(only.clone()), cap(1)).await?;
    ensure_eq!(
        listed(&**store, &realm, "ada").await?,
        [only.id],
        "logins under a cap of 1"
    );
    Ok(())
}

/// The login that is being made is never the one that ends, whatever its clock says.
pub(crate) async fn the_newest_login_survives_its_cap<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    let [first, second] = [20, 10].map(|second| seen(&realm, "ada", second));
    store.create(Arc::new(first.clone()), cap(2)).await?;
    store.create(Arc::new(second.clone()), cap(2)).await?;
    let slow = seen(&realm, "ada", -1_000);
    store.create(Arc::new(slow.clone()), cap(2)).await?;
    ensure_kept(&**store, &slow, "a new login with a slow clock").await?;
    ensure_eq!(
        listed(&**store, &realm, "ada").await?,
        [first.id, slow.id],
        "the user's logins"
    );
    Ok(())
}

/// Nobody loses a login because somebody else logs in.
pub(crate) async fn the_cap_is_for_one_user_of_one_realm<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let here = realm();
    let logins = [
        login(&here, "ada"),
        login(&here, "grace"),
        login(&realm(), "ada"),
    ];
    for login in &logins {
        store.create(Arc::new(login.clone()), cap(1)).await?;
    }
    for login in &logins {
        ensure!(
            load(&**store, login).await?.is_some(),
            "a login ended for somebody else's"
        );
    }
    Ok(())
}
