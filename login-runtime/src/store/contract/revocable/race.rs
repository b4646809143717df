//! What must hold whichever of several calls comes first.

use std::sync::Arc;

use tokio::task::{JoinSet, spawn, yield_now};

use super::{cap, listed};
use crate::store::{
    Login, LoginStore, StoreError, Update,
    contract::{
        Broken, ensure, ensure_eq,
        sample::{create, ensure_gone, ensure_kept, expiring, load, login, next, realm, seen},
    },
};

/// How often each race is run.
const ROUNDS: usize = 25;

/// How many take part in it.
const RACERS: usize = 8;

/// Every answer of the racers; their panics are passed on.
async fn answers<T: 'static>(racers: JoinSet<Result<T, StoreError>>) -> Result<Vec<T>, StoreError> {
    racers.join_all().await.into_iter().collect()
}

/// Of several updates of the same version, one is written and the others answer `Changed`.
///
/// # Errors
///
/// Where it is otherwise.
pub async fn one_of_many_updates_wins<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let realm = realm();
    for _ in 0..ROUNDS {
        let first = login(&realm, "ada");
        create(&**store, &first).await?;
        let mut racers = JoinSet::new();
        for racer in 0..RACERS as u64 {
            let (store, first) = (Arc::clone(store), first.clone());
            racers.spawn(async move {
                let mine = Login {
                    generation: 100 + racer,
                    ..next(&first)
                };
                Ok((store.update(mine.clone()).await?, mine))
            });
        }
        let answers = answers(racers).await?;
        let winners: Vec<_> = answers
            .iter()
            .filter(|(answer, _)| *answer == Update::Updated)
            .collect();
        ensure_eq!(winners.len(), 1, "winners among {RACERS} updates");
        ensure!(
            answers.iter().all(|(answer, _)| *answer != Update::Gone),
            "an update that lost answered `Gone`, but the login is there"
        );
        ensure_kept(&**store, &winners[0].1, "after a race of updates").await?;
    }
    Ok(())
}

/// Updates a login again and again, until it is gone or for long enough.
async fn keep_writing<St: LoginStore>(store: Arc<St>, first: Login) -> Result<(), StoreError> {
    for _ in 0..20 {
        let Some(login) = load(&*store, &first).await? else {
            break;
        };
        if store.update(next(&login)).await? == Update::Gone {
            break;
        }
        yield_now().await;
    }
    // Whoever loaded it before it was deleted may write only now.
    store.update(next(&first)).await.map(drop)
}

/// After `delete`, no update brings the login back, not even one that began before.
///
/// # Errors
///
/// Where one does.
pub async fn no_update_brings_a_login_back<St: LoginStore>(store: &Arc<St>) -> Result<(), Broken> {
    let realm = realm();
    for round in 0..ROUNDS {
        let login = login(&realm, "ada");
        create(&**store, &login).await?;
        let mut racers = JoinSet::new();
        for _ in 0..RACERS {
            racers.spawn(keep_writing(Arc::clone(store), login.clone()));
        }
        for _ in 0..round {
            yield_now().await;
        }
        ensure!(
            store.delete(&realm, login.id).await?,
            "`delete` did not find the login"
        );
        let found = load(&**store, &login).await?;
        ensure!(
            found.is_none(),
            "`load` found a login after `delete` had returned"
        );
        answers(racers).await?;
        ensure_gone(&**store, &login, "after `delete` and updates at once").await?;
    }
    Ok(())
}

/// After `delete_user`, no update brings any of the logins back, and the one to keep is whole.
///
/// # Errors
///
/// Where one does, or it is not.
pub async fn no_update_brings_logins_of_a_user_back<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for round in 0..ROUNDS {
        let logins: Vec<_> = (0..4).map(|second| seen(&realm, "ada", second)).collect();
        let mut racers = JoinSet::new();
        for login in &logins {
            create(&**store, login).await?;
            racers.spawn(keep_writing(Arc::clone(store), login.clone()));
        }
        for _ in 0..round {
            yield_now().await;
        }
        let ended = store.delete_user(&realm, "ada", Some(logins[0].id)).await?;
        ensure_eq!(ended, 3, "ended logins");
        ensure_eq!(
            listed(&**store, &realm, "ada").await?,
            [logins[0].id],
            "logins left"
        );
        answers(racers).await?;
        for login in &logins[1..] {
            ensure_gone(&**store, login, "after `delete_user` and updates at once").await?;
        }
        ensure!(
            load(&**store, &logins[0]).await?.is_some(),
            "the login to keep ended"
        );
        store.delete_user(&realm, "ada", None).await?;
    }
    Ok(())
}

/// However many logins are made at once, as many stay as the cap allows, no more and no fewer.
///
/// # Errors
///
/// Where it is another number.
pub async fn the_cap_holds_when_many_log_in_at_once<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for round in 0..ROUNDS {
        let user_id = format!("ada {round}");
        let mut racers = JoinSet::new();
        for second in (0..).take(RACERS) {
            let (store, login) = (Arc::clone(store), seen(&realm, &user_id, second));
            racers.spawn(async move {
                store.create(login.clone(), cap(3)).await?;
                Ok(login)
            });
        }
        let logins = answers(racers).await?;
        let left = listed(&**store, &realm, &user_id).await?;
        ensure_eq!(left.len(), 3, "logins under a cap of 3");
        for login in &logins {
            let loaded = load(&**store, login).await?.is_some();
            ensure_eq!(
                loaded,
                left.contains(&login.id),
                "whether `load` and `list_user` agree"
            );
        }
    }
    Ok(())
}

/// A purge that meets an update takes the login before it or leaves it; never what was extended.
///
/// # Errors
///
/// Where an update was written and the login is gone, or was not and it is there.
pub async fn a_purge_spares_what_was_extended_meanwhile<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for _ in 0..ROUNDS {
        let logins: Vec<_> = (0..RACERS)
            .map(|_| expiring(&realm, "ada", 1_000))
            .collect();
        for login in &logins {
            create(&**store, login).await?;
        }
        let mut racers = JoinSet::new();
        for login in logins {
            let store = Arc::clone(store);
            racers.spawn(async move {
                let extended = Login {
                    expires_at: 9_000,
                    ..next(&login)
                };
                Ok((store.update(extended.clone()).await?, extended))
            });
        }
        let purge = {
            let (store, realm) = (Arc::clone(store), Arc::clone(&realm));
            spawn(async move { store.purge_expired(&realm, 1_000, 3).await })
        };
        let answers = answers(racers).await?;
        let purged = match purge.await {
            Ok(answer) => answer?,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        let mut gone = 0;
        for (answer, login) in answers {
            match answer {
                Update::Updated => {
                    ensure_kept(&**store, &login, "extended while a purge ran").await?;
                }
                Update::Gone => {
                    gone += 1;
                    ensure_gone(&**store, &login, "purged before it was extended").await?;
                }
                Update::Changed => {
                    return Err(Broken::from(
                        "a purge made an update answer `Changed`".to_owned(),
                    ));
                }
            }
        }
        ensure_eq!(
            gone,
            purged,
            "updates that answered `Gone`, against purged logins"
        );
        store.delete_user(&realm, "ada", None).await?;
    }
    Ok(())
}
