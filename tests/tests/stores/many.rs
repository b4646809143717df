//! Many logins, and many who write the same one.

use std::{
    num::NonZeroUsize,
    time::{Duration, Instant},
};

use login_runtime::store::{LoginId, LoginStore, Ticket, Update};
use login_tests::{Record, say};

/// Sixty-four tasks raise the version of one record, each until it has won ten times.
pub(crate) async fn who_write_one<S: LoginStore + Clone>(name: &str, store: &S) {
    const TASKS: u64 = 64;
    const WINS: u64 = 10;
    let record = Record {
        expires_at: 4_000_000_000,
        ..Record::new(LoginId::from_bytes([9; 16]), "ada")
    };
    let carried = store.carry(&record.login());
    store
        .create(record.login(), NonZeroUsize::MIN)
        .await
        .unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (store, carried) = (store.clone(), carried.clone());
            let (realm, id) = (record.realm.clone(), record.id);
            tokio::spawn(async move {
                let mut wins = 0;
                while wins < WINS {
                    let ticket = Ticket::new(&realm, id, &carried);
                    let mut next = Record::from(&store.load(ticket).await.unwrap().unwrap());
                    next.version += 1;
                    wins += u64::from(store.update(next.login()).await.unwrap() == Update::Updated);
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let ticket = Ticket::new(&record.realm, record.id, &carried);
    let found = store.load(ticket).await.unwrap().unwrap();
    assert_eq!(found.version(), TASKS * WINS, "writes that won");
    say(format_args!(
        "{name}: {TASKS} tasks wrote one login {WINS} times each"
    ));
}

/// Of 100,000 logins in the realm `many`, four of each user, the right ones are found, and quickly.
pub(crate) async fn are_found<S: LoginStore>(name: &str, store: &S) {
    let began = Instant::now();
    for user in (1..25_000).step_by(500) {
        let user = user.to_string();
        let listed = store.list_user("many", &user).await.unwrap();
        assert_eq!(listed.len(), 4);
        let ended = store.delete_user("many", &user, Some(listed[0].id()));
        assert_eq!(ended.await.unwrap(), 3);
    }
    let took = began.elapsed();
    assert!(took < Duration::from_secs(10), "100 calls took {took:?}");
    let mut cursor = None;
    let mut found = 0;
    loop {
        let page = store
            .list_realm("many", cursor.as_ref(), NonZeroUsize::new(10_000).unwrap())
            .await
            .unwrap();
        found += page.items.len();
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(found, 100_000 - 50 * 3);
    assert_eq!(store.delete_realm("many").await.unwrap(), 100_000 - 50 * 3);
    let took = took.as_millis();
    say(format_args!(
        "{name}: 100,000 logins, and 100 calls in {took} ms"
    ));
}
