//! What must hold whichever of several calls comes first.

use std::sync::Arc;

use tokio::{
    sync::Barrier,
    task::{JoinSet, yield_now},
};

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

/// Lets the racers go all at once, and gives back what they return; their panics are passed on.
async fn race<T: Send + 'static>(
    racers: impl IntoIterator<Item = impl Future<Output = Result<T, StoreError>> + Send + 'static>,
) -> Result<Vec<T>, StoreError> {
    let racers: Vec<_> = racers.into_iter().collect();
    let gate = Arc::new(Barrier::new(racers.len()));
    let mut running = JoinSet::new();
    for racer in racers {
        let gate = Arc::clone(&gate);
        running.spawn(async move {
            gate.wait().await;
            racer.await
        });
    }
    running.join_all().await.into_iter().collect()
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
        let racers = (0..).take(RACERS).map(|racer| {
            let store = Arc::clone(store);
            let mut mine = next(&first);
            mine.generation += racer;
            async move { Ok((store.update(mine.clone()).await?, mine)) }
        });
        let answers = race(racers).await?;
        let won = |answer: &&(Update, Login)| answer.0 == Update::Updated;
        let winners: Vec<_> = answers.iter().filter(won).collect();
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
async fn keep_writing<St: LoginStore>(store: &St, login: &Login) -> Result<(), StoreError> {
    for _ in 0..100 {
        let Some(latest) = load(store, login).await? else {
            break;
        };
        if store.update(next(&latest)).await? == Update::Gone {
            break;
        }
        yield_now().await;
    }
    Ok(())
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
        // The last one does not write but deletes, and looks at once.
        let racers = (0..=RACERS).map(|racer| {
            let (store, login) = (Arc::clone(store), login.clone());
            async move {
                if racer < RACERS {
                    keep_writing(&*store, &login).await?;
                    return Ok(None);
                }
                for _ in 0..round {
                    yield_now().await;
                }
                let deleted = store.delete(&login.realm, login.id).await?;
                Ok(Some((deleted, load(&*store, &login).await?)))
            }
        });
        for (deleted, found) in race(racers).await?.into_iter().flatten() {
            ensure!(deleted, "`delete` did not find the login");
            ensure!(
                found.is_none(),
                "`load` found a login after `delete` had returned"
            );
        }
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
        for login in &logins {
            create(&**store, login).await?;
        }
        let keep = &logins[0];
        let racers = logins.iter().map(Some).chain([None]).map(|login| {
            let (store, login, keep) = (Arc::clone(store), login.cloned(), keep.clone());
            async move {
                if let Some(login) = login {
                    keep_writing(&*store, &login).await?;
                    return Ok(None);
                }
                for _ in 0..round {
                    yield_now().await;
                }
                let ended = store.delete_user(&keep.realm, "ada", Some(keep.id)).await?;
                Ok(Some((ended, store.list_user(&keep.realm, "ada").await?)))
            }
        });
        for (ended, left) in race(racers).await?.into_iter().flatten() {
            let left: Vec<_> = left.iter().map(|login| login.id).collect();
            ensure_eq!(ended, 3, "ended logins");
            ensure_eq!(
                left,
                [keep.id],
                "logins left when `delete_user` had returned"
            );
        }
        for login in &logins[1..] {
            ensure_gone(&**store, login, "after `delete_user` and updates at once").await?;
        }
        ensure!(
            load(&**store, keep).await?.is_some(),
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
        let racers = (0..).take(RACERS).map(|second| {
            let (store, login) = (Arc::clone(store), seen(&realm, &user_id, second));
            async move {
                store.create(login.clone(), cap(3)).await?;
                Ok(login)
            }
        });
        let logins = race(racers).await?;
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

/// What one of those who extend and purge did.
#[allow(clippy::large_enum_variant)]
enum Raced {
    Extended(Update, Box<Login>),
    Purged(u64),
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
        // One who purges is among those who extend.
        let racers = logins.into_iter().map(Some).chain([None]).map(|login| {
            let (store, realm) = (Arc::clone(store), Arc::clone(&realm));
            async move {
                let Some(login) = login else {
                    return Ok(Raced::Purged(store.purge_expired(&realm, 1_000, 3).await?));
                };
                let expires_at = 9_000;
                let extended = Login {
                    expires_at,
                    ..next(&login)
                };
                Ok(Raced::Extended(
                    store.update(extended.clone()).await?,
                    extended.into(),
                ))
            }
        });
        let mut purged = 0;
        let mut gone = 0;
        for answer in race(racers).await? {
            match answer {
                Raced::Purged(logins) => purged = logins,
                Raced::Extended(Update::Updated, login) => {
                    ensure_kept(&**store, &login, "extended while a purge ran").await?;
                }
                Raced::Extended(Update::Gone, login) => {
                    gone += 1;
                    ensure_gone(&**store, &login, "purged before it was extended").await?;
                }
                Raced::Extended(Update::Changed, _) => {
                    let sentence = "a purge made an update answer `Changed`";
                    return Err(Broken::from(sentence.to_owned()));
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
