//! What must hold whichever of several calls comes first.

use std::sync::Arc;

use tokio::{
    sync::Barrier,
    task::{JoinSet, yield_now},
};

use super::{cap, listed, pages::all};
use crate::{
    login::Login,
    store::{
        LoginStore, StoreError, Update,
        contract::{
            Broken, ensure, ensure_eq,
            sample::{
                create, delete, ensure_gone, ensure_kept, expiring, load, login, next, realm, seen,
            },
        },
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
pub(crate) async fn one_of_many_updates_wins<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for _ in 0..ROUNDS {
        let first = login(&realm, "ada");
        create(&**store, &first).await?;
        let racers = (0..).take(RACERS).map(|racer| {
            let store = Arc::clone(store);
            let mut mine = next(&first);
            mine.generation += racer;
            async move { Ok((store.update(Arc::new(mine.clone())).await?, mine)) }
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
        if store.update(Arc::new(next(&latest))).await? == Update::Gone {
            break;
        }
        yield_now().await;
    }
    Ok(())
}

/// After `delete`, no update brings the login back, not even one that began before.
pub(crate) async fn no_update_brings_a_login_back<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
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
                let deleted = delete(&*store, &login).await?;
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
pub(crate) async fn no_update_brings_logins_of_a_user_back<St: LoginStore>(
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

/// After `delete_realm`, no update brings any of the logins back.
pub(crate) async fn no_update_brings_logins_of_a_realm_back<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    for round in 0..ROUNDS {
        let realm = realm();
        let logins: Vec<_> = ["ada", "ada", "grace", "linus"]
            .map(|user_id| login(&realm, user_id))
            .to_vec();
        for login in &logins {
            create(&**store, login).await?;
        }
        let racers = logins.iter().map(Some).chain([None]).map(|login| {
            let (store, login, realm) = (Arc::clone(store), login.cloned(), realm.clone());
            async move {
                if let Some(login) = login {
                    keep_writing(&*store, &login).await?;
                    return Ok(None);
                }
                for _ in 0..round {
                    yield_now().await;
                }
                let ended = store.delete_realm(&realm).await?;
                let left = all(&*store, &realm, 100).await;
                Ok(Some((ended, left)))
            }
        });
        for (ended, left) in race(racers).await?.into_iter().flatten() {
            ensure_eq!(ended, 4, "ended logins");
            ensure_eq!(
                left?.len(),
                0,
                "logins left when `delete_realm` had returned"
            );
        }
        for login in &logins {
            ensure_gone(&**store, login, "after `delete_realm` and updates at once").await?;
        }
    }
    Ok(())
}

/// While others are made, written and ended, every list has what stays.
pub(crate) async fn what_stays_is_listed_while_many_write<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    let stay: Vec<_> = (0..RACERS).map(|_| login(&realm, "ada")).collect();
    for login in &stay {
        create(&**store, login).await?;
    }
    let racers = stay.iter().enumerate().map(|(racer, mine)| {
        let (store, mine, realm) = (Arc::clone(store), mine.clone(), realm.clone());
        async move {
            let mut lists = Vec::new();
            for _ in 0..ROUNDS {
                match racer % 3 {
                    0 => lists.push(all(&*store, &realm, 2).await),
                    1 => {
                        let other = login(&realm, "grace");
                        create(&*store, &other).await?;
                        yield_now().await;
                        delete(&*store, &other).await?;
                    }
                    _ => {
                        if let Some(latest) = load(&*store, &mine).await? {
                            store.update(Arc::new(next(&latest))).await?;
                        }
                    }
                }
            }
            Ok(lists)
        }
    });
    for list in race(racers).await?.into_iter().flatten() {
        let list = list?;
        for login in &stay {
            ensure!(
                list.iter().any(|listed| listed.id == login.id),
                "a login that was there all the time was on no page"
            );
        }
    }
    Ok(())
}

/// However many logins are made at once, as many stay as the cap allows, no more and no fewer.
pub(crate) async fn the_cap_holds_when_many_log_in_at_once<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    let realm = realm();
    for round in 0..ROUNDS {
        let user_id = format!("ada {round}");
        let racers = (0..).take(RACERS).map(|second| {
            let (store, login) = (Arc::clone(store), seen(&realm, &user_id, second));
            async move {
                store.create(Arc::new(login.clone()), cap(3)).await?;
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
pub(crate) async fn a_purge_spares_what_was_extended_meanwhile<St: LoginStore>(
    store: &Arc<St>,
) -> Result<(), Broken> {
    if store.records_expire() {
        return Ok(());
    }
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
                    return Ok(Raced::Purged(
                        store.purge_expired(&realm, 1_000.into(), 3).await?,
                    ));
                };
                let expires_at = 9_000;
                let extended = Login {
                    expires_at,
                    ..next(&login)
                };
                Ok(Raced::Extended(
                    store.update(Arc::new(extended.clone())).await?,
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
