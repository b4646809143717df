//! What a login in a cookie means.

use login_runtime::store::{CookieStore, LoginId, LoginStore, Ticket};
use login_tests::{Record, Remembered};

fn record() -> Record {
    Record {
        generation: 3,
        version: 12,
        created_at: 1_800_000_000,
        authenticated_at: 1_800_000_000,
        session_started_at: 1_800_000_100,
        last_seen_at: 1_800_000_400,
        fresh_since: Some(1_800_000_000),
        identifier: Some([1; 32]),
        auth_hash: Some([2; 32]),
        remember: Some(Remembered {
            token: [3; 32],
            counter: 5,
            previous: Some(([4; 32], 4)),
            rotated_at: 1_800_000_050,
            acknowledged: true,
            expires_at: 1_802_592_000,
            others: Vec::new(),
        }),
        user_agent: Some("Mozilla/5.0".repeat(20).into()),
        address: Some([192, 0, 2, 7].into()),
        expires_at: 1_802_592_000,
        ..Record::new(LoginId::from_bytes([7; 16]), "4711")
    }
}

#[tokio::test]
async fn what_is_for_display_is_left_out() {
    let (store, login) = (CookieStore::new(), record().login());
    let carried = store.carry(&login);
    assert!(carried.len() < 200, "{} bytes", carried.len());
    let ticket = Ticket::new(login.realm(), login.id(), &carried);
    let loaded = store.load(ticket).await.unwrap();
    assert_eq!(
        loaded.as_ref().map(Record::from),
        Some(Record {
            user_agent: None,
            address: None,
            ..record()
        })
    );
}

#[tokio::test]
async fn no_byte_changed_at_random_panics() {
    let (store, login) = (CookieStore::new(), record().login());
    let good = store.carry(&login);
    // A linear congruential generator: the same bytes in every run.
    let mut state = 1_u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()
    };
    for _ in 0..200_000 {
        let mut bad = good.clone();
        for _ in 0..=random()[0] % 4 {
            let [at, value, cut, ..] = random();
            let at = usize::from(at) % bad.len();
            bad[at] = value;
            if cut < 20 {
                bad.truncate(at.max(1));
            }
        }
        let ticket = Ticket::new(login.realm(), login.id(), &bad);
        if let Some(read) = store.load(ticket).await.unwrap() {
            assert_eq!((read.id(), read.realm()), (login.id(), login.realm()));
        }
    }
}
