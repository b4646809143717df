//! The checks for stores that can end a login from outside its browser.

mod cap;
mod ending;
mod pages;
mod purge;
mod race;

use std::{num::NonZeroUsize, sync::Arc};

pub(crate) use self::{
    cap::{
        a_lower_cap_ends_several, the_cap_is_for_one_user_of_one_realm,
        the_least_recently_seen_login_ends, the_newest_login_survives_its_cap,
    },
    ending::{a_deleted_login_is_gone, delete_realm_ends_everybody, delete_user_ends_all_but_one},
    pages::{
        a_page_is_never_longer_than_its_limit, an_unknown_cursor_harms_nothing,
        every_login_of_a_realm_is_listed, what_stays_is_listed_though_others_come_and_go,
    },
    purge::{
        a_purge_goes_by_the_latest_expiry, a_purge_keeps_to_its_limit, a_purge_stays_in_its_realm,
        a_purge_takes_what_has_expired,
    },
    race::{
        a_purge_spares_what_was_extended_meanwhile, no_update_brings_a_login_back,
        no_update_brings_logins_of_a_realm_back, no_update_brings_logins_of_a_user_back,
        one_of_many_updates_wins, the_cap_holds_when_many_log_in_at_once,
        what_stays_is_listed_while_many_write,
    },
};
use super::{
    Broken, ensure, ensure_eq,
    sample::{create, delete, ensure_gone, ensure_kept, login, next, realm, seen},
};
use crate::{
    login::{Login, LoginId},
    store::{LoginStore, Update},
};

/// A cap on logins per user.
fn cap(cap: usize) -> NonZeroUsize {
    NonZeroUsize::new(cap).unwrap_or(NonZeroUsize::MIN)
}

/// The ids of a user's logins, the most recently seen first.
async fn listed<St: LoginStore>(
    store: &St,
    realm: &str,
    user_id: &str,
) -> Result<Vec<LoginId>, Broken> {
    Ok(store
        .list_user(realm, user_id)
        .await?
        .iter()
        .map(|login| login.id)
        .collect())
}

/// `create` never writes over a login: an id that is taken is an error.
pub(crate) async fn an_id_is_used_once<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let first = login(&realm(), "ada");
    create(&**store, &first).await?;
    for user_id in ["ada", "grace"] {
        let second = Login {
            id: first.id,
            ..login(&first.realm, user_id)
        };
        let answer = create(&**store, &second).await;
        // Where the cookie says more than the id, that is part of the name.
        let tells_apart = store.carry(&second) != store.carry(&first);
        ensure!(
            answer.is_err() || tells_apart,
            "`create` accepted the id of another login"
        );
        ensure_kept(&**store, &first, "after a second `create` with its id").await?;
    }
    let others = Login {
        user_id: "grace".into(),
        ..first.clone()
    };
    if store.carry(&others) == store.carry(&first) {
        ensure_eq!(
            listed(&**store, &first.realm, "grace").await?,
            [],
            "logins of the other user"
        );
    } else {
        ensure!(
            delete(&**store, &others).await?,
            "`create` said that it kept the login of another user, and did not"
        );
        ensure_kept(&**store, &first, "after another user's with its id ended").await?;
    }
    Ok(())
}

/// Nobody has an id that no user may have, so nobody has logins under it.
pub(crate) async fn what_is_no_user_has_no_logins<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let login = login(&realm(), "ada");
    create(&**store, &login).await?;
    let long = "a".repeat(513);
    for user_id in ["", "\0", "ada\0", "\0ada", &long] {
        ensure_eq!(
            listed(&**store, &login.realm, user_id).await?,
            [],
            "logins of {user_id:?}"
        );
        ensure_eq!(
            store.delete_user(&login.realm, user_id, None).await?,
            0,
            "ended logins of {user_id:?}"
        );
    }
    ensure_kept(&**store, &login, "after logins of nobody ended").await
}

/// Two realms never meet, not even with the same ids and users.
pub(crate) async fn realms_are_apart<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let here = login(&realm(), "ada");
    let there = Login {
        generation: 9,
        realm: realm(),
        ..here.clone()
    };
    create(&**store, &here).await?;
    let unknown = store.update(Arc::new(next(&there))).await?;
    ensure_eq!(unknown, Update::Gone, "an update of another realm's login");
    ensure!(
        !delete(&**store, &there).await?,
        "`delete` reached another realm"
    );
    create(&**store, &there).await?;
    ensure_kept(&**store, &here, "beside a login of another realm").await?;
    ensure_kept(&**store, &there, "beside a login of another realm").await?;

    let changed = Login {
        generation: 10,
        ..next(&there)
    };
    ensure_eq!(
        store.update(Arc::new(changed.clone())).await?,
        Update::Updated,
        "an update in one realm"
    );
    ensure_kept(&**store, &here, "after an update in another realm").await?;
    ensure_eq!(
        store.delete_user(&there.realm, "ada", None).await?,
        1,
        "logins of one realm"
    );
    ensure_gone(&**store, &changed, "after `delete_user` in its realm").await?;
    ensure_kept(&**store, &here, "after `delete_user` in another realm").await?;
    ensure_eq!(
        listed(&**store, &here.realm, "ada").await?,
        [here.id],
        "the user's logins"
    );
    Ok(())
}

/// Users are the same only if every byte of their ids is.
pub(crate) async fn users_differ_by_every_byte<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    let [long, longer, other] = ["", "x", "y"].map(|end| "x".repeat(511) + end);
    #[rustfmt::skip]
    let users = [
        "ada", "Ada", "ADA", "ada ", " ada", "ada\u{1}", "ada\u{1}x", "ada\u{1}y", "ad", " ", "a%",
        "a__", "\u{e9}", "e\u{301}", "e", "1", "01", "1.0", "ß", "ss", "я", "Я", "日本", "日本語",
        "ｱ", "ア", "ı", "i", "İ", "I", "🦀", "\u{200b}", &long, &longer, &other,
    ];
    let mut logins = Vec::new();
    for user in users {
        let login = login(&realm, user);
        store.create(Arc::new(login.clone()), cap(1)).await?;
        logins.push(login);
    }
    for login in &logins {
        let user = &*login.user_id;
        ensure_kept(&**store, login, &format!("the login of {user:?}")).await?;
        ensure_eq!(
            listed(&**store, &realm, user).await?,
            [login.id],
            "logins of {user:?}"
        );
    }
    for login in &logins {
        let user = &*login.user_id;
        ensure_eq!(
            store.delete_user(&realm, user, None).await?,
            1,
            "ended logins of {user:?}"
        );
    }
    Ok(())
}

/// An update is written only over the version just before its own.
pub(crate) async fn an_update_needs_the_next_version<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for version in [0, 1, 17, u64::MAX / 2, u64::MAX - 2] {
        let first = Login {
            version,
            ..login(&realm, "ada")
        };
        create(&**store, &first).await?;
        let wrong = [version, version.wrapping_sub(1), version + 2, 0, u64::MAX];
        for wrong in wrong.into_iter().filter(|wrong| *wrong != version + 1) {
            let stale = Login {
                version: wrong,
                generation: 99,
                ..first.clone()
            };
            let answer = store.update(Arc::new(stale)).await?;
            ensure_eq!(
                answer,
                Update::Changed,
                "version {wrong} written over {version}"
            );
            ensure_kept(&**store, &first, "after an update that was refused").await?;
        }
        let second = Login {
            generation: 4,
            ..next(&first)
        };
        ensure_eq!(
            store.update(Arc::new(second.clone())).await?,
            Update::Updated,
            "the next version"
        );
        ensure_eq!(
            store.update(Arc::new(second.clone())).await?,
            Update::Changed,
            "the same version again"
        );
        ensure_kept(&**store, &second, "after an update").await?;
    }
    Ok(())
}

/// An update of what is not there answers `Gone` and leaves nothing.
pub(crate) async fn an_update_creates_nothing<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for version in [0, 1, 17, u64::MAX] {
        let login = Login {
            version,
            ..login(&realm, "ada")
        };
        let answer = store.update(Arc::new(login.clone())).await?;
        ensure_eq!(answer, Update::Gone, "an update of a login that never was");
        ensure_gone(
            &**store,
            &login,
            "after an update of a login that never was",
        )
        .await?;
    }
    let mine = login(&realm, "ada");
    create(&**store, &mine).await?;
    let stolen = Login {
        user_id: "grace".into(),
        ..next(&mine)
    };
    ensure_eq!(
        store.update(Arc::new(stolen)).await?,
        Update::Gone,
        "an update under another user"
    );
    ensure_kept(&**store, &mine, "after an update under another user").await?;
    ensure_eq!(
        listed(&**store, &realm, "grace").await?,
        [],
        "logins of the other user"
    );
    Ok(())
}

/// `list_user` has every login of the user, whole, the most recently seen first.
pub(crate) async fn the_list_begins_with_the_most_recently_seen<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    ensure_eq!(
        listed(&**store, &realm, "ada").await?,
        [],
        "logins of somebody new"
    );
    let mut logins: Vec<_> = [3, -7, 40, 0, 12]
        .map(|second| seen(&realm, "ada", second))
        .to_vec();
    for login in &logins {
        create(&**store, login).await?;
    }
    create(&**store, &seen(&realm, "grace", 5)).await?;
    // The one seen longest ago is seen again.
    let again = Login {
        last_seen_at: 1_900_000_000,
        ..next(&logins[1])
    };
    ensure_eq!(
        store.update(Arc::new(again.clone())).await?,
        Update::Updated,
        "an update"
    );
    logins[1] = again;
    logins.sort_by_key(|login| -login.last_seen_at);
    let found: Vec<Login> = store
        .list_user(&realm, "ada")
        .await?
        .into_iter()
        .map(Arc::unwrap_or_clone)
        .collect();
    ensure_eq!(found, logins, "the user's logins");
    Ok(())
}
