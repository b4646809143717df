//! Payloads that other releases have written, as they were recorded.
//!
//! A file is added for each release that writes something new, and none is ever changed.

use std::{net::IpAddr, num::NonZeroUsize, sync::Arc};

use login_runtime::store::{
    CookieStore, Login, LoginId, LoginParts, LoginStore, MemoryStore, SqliteStore, Ticket,
    UnreadablePayload, Update,
};
use login_tests::{Record, Remembered, Value};
use proptest::{collection::vec, option, prelude::*, sample::Index};

use crate::temp::TempDir;

const BARE: &str = include_str!("../../corpora/payloads/0.1-bare.txt");
const FULL: &str = include_str!("../../corpora/payloads/0.1-full.txt");
const IPV6: &str = include_str!("../../corpora/payloads/0.1-ipv6.txt");
const LATER: &str = include_str!("../../corpora/payloads/later.txt");

/// When every recorded login was made.
const CREATED: i64 = 1_800_000_000;

/// The bytes of a file, which are written in hexadecimal digits, with notes behind `#`.
fn bytes(file: &str) -> Vec<u8> {
    let lines = file.lines().map(|line| line.split('#').next().unwrap());
    let digits: String = lines.flat_map(str::split_whitespace).collect();
    let pairs = digits.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn read(payload: &[u8]) -> Result<Arc<Login>, UnreadablePayload> {
    let record = bare();
    let login = Login::from_parts(LoginParts {
        realm: &record.realm,
        id: record.id,
        user_id: &record.user_id,
        version: record.version,
        created_at: record.created_at.into(),
        last_seen_at: record.last_seen_at.into(),
        expires_at: record.expires_at.into(),
        payload,
    })?;
    Ok(Arc::new(login))
}

fn bare() -> Record {
    Record {
        created_at: CREATED,
        authenticated_at: CREATED,
        session_started_at: CREATED,
        last_seen_at: CREATED + 60,
        expires_at: 4_000_000_000,
        ..Record::new(LoginId::from_bytes([7; 16]), "4711")
    }
}

fn full() -> Record {
    Record {
        generation: 300,
        authenticated_at: CREATED + 1,
        session_started_at: CREATED - 2,
        fresh_since: Some(CREATED),
        identifier: Some([1; 32]),
        auth_hash: Some([2; 32]),
        forced: true,
        replaced: 10,
        remember: Some(Remembered {
            secret: [3; 32],
            shown: 299,
            first: 298,
            first_at: CREATED + 50,
            settled: 1,
            strikes: 5,
            ended_at: Some(CREATED + 64),
            expires_at: CREATED + 30 * 86_400,
            others: Vec::new(),
        }),
        user_agent: Some("curl/8".into()),
        address: Some([192, 0, 2, 7].into()),
        ..bare()
    }
}

fn others() -> Vec<(u64, Value)> {
    vec![
        (35, Value::Number(0xffff)),
        (36, Value::Array([0xee; 32])),
        (37, Value::Block(vec![0, 0xff, 0])),
    ]
}

fn later() -> Record {
    let mut record = full();
    record.others = others();
    record.remember.as_mut().unwrap().others = others();
    record
}

#[test]
fn what_other_releases_wrote_is_read_and_written_again_byte_for_byte() {
    let ipv6 = Record {
        address: Some("2001:db8::ffff".parse().unwrap()),
        ..bare()
    };
    for (file, record) in [
        (BARE, bare()),
        (FULL, full()),
        (IPV6, ipv6),
        (LATER, later()),
    ] {
        let login = read(&bytes(file)).unwrap();
        assert_eq!(login.payload(), bytes(file), "{file}");
        assert_eq!(Record::from(&login), record, "{file}");
        // The second writer knows the format too.
        assert_eq!(record.payload(), bytes(file), "{file}");
    }
}

#[test]
fn a_payload_that_is_not_whole_is_an_error_that_helps() {
    let good = bytes(LATER);
    for end in 0..good.len() {
        assert!(read(&good[..end]).is_err(), "cut to {end} bytes");
    }
    let error = read(&[&good[..], &[0]].concat()).unwrap_err().to_string();
    assert!(error.contains("upgrade this program"), "{error}");
}

/// A node of this release loads, touches and writes what one of a later release has written.
async fn touch(store: &impl LoginStore) -> Record {
    let login = later().login();
    store
        .create(Arc::clone(&login), NonZeroUsize::MIN)
        .await
        .unwrap();
    let carried = store.carry(&login);
    let ticket = Ticket::new(login.realm(), login.id(), &carried);
    let loaded = store.load(ticket).await.unwrap().unwrap();
    let mut record = Record::from(&loaded);
    if store.revocable() {
        record.version += 1;
        record.last_seen_at += 60;
        record.remember.as_mut().unwrap().strikes = 0;
        let update = store.update(record.login()).await.unwrap();
        assert_eq!(update, Update::Updated);
    }
    let loaded = store.load(ticket).await.unwrap().unwrap();
    Record::from(&loaded)
}

#[tokio::test]
async fn what_a_later_release_wrote_is_kept_by_every_store() {
    let mut touched = Record {
        version: 1,
        last_seen_at: CREATED + 120,
        ..later()
    };
    touched.remember.as_mut().unwrap().strikes = 0;
    let dir = TempDir::new();
    let sqlite = SqliteStore::connect(dir.file("logins.db")).await.unwrap();
    assert_eq!(touch(&sqlite).await, touched);
    assert_eq!(touch(&MemoryStore::new()).await, touched);
    // What is for display is left out of a cookie, and nothing else.
    let carried = Record {
        user_agent: None,
        address: None,
        ..later()
    };
    assert_eq!(touch(&CookieStore::new()).await, carried);
}

fn time() -> impl Strategy<Value = i64> {
    prop_oneof![
        any::<i64>(),
        0_i64..2_000_000_000,
        Just(i64::MIN),
        Just(i64::MAX)
    ]
}

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), 0_u64..300, Just(u64::MAX)]
}

prop_compose! {
    fn remembered()(
        secret in any::<[u8; 32]>(),
        (expires_at, first_at) in (time(), time()),
        (shown, first, settled, strikes) in (count(), count(), count(), count()),
        ended_at in option::of(time()),
    ) -> Remembered {
        Remembered { secret, expires_at, shown, first, first_at, settled, strikes, ended_at, others: Vec::new() }
    }
}

prop_compose! {
    fn record()(
        (id, user_id) in (any::<[u8; 16]>(), "[^\\x00]{1,40}"),
        (generation, version, replaced) in (count(), count(), any::<u32>()),
        (created_at, authenticated_at, session_started_at) in (time(), time(), time()),
        (last_seen_at, expires_at, fresh_since) in (time(), time(), option::of(time())),
        (identifier, auth_hash) in (option::of(any::<[u8; 32]>()), option::of(any::<[u8; 32]>())),
        (forced, remember) in (any::<bool>(), option::of(remembered())),
        user_agent in option::of("\\PC{1,60}"),
        address in option::of(any::<IpAddr>()),
    ) -> Record {
        Record {
            generation,
            version,
            created_at,
            authenticated_at,
            session_started_at,
            last_seen_at,
            expires_at,
            fresh_since,
            identifier,
            auth_hash,
            forced,
            replaced: replaced.into(),
            remember,
            user_agent: user_agent.map(String::into_boxed_str),
            address,
            ..Record::new(LoginId::from_bytes(id), &user_id)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// The crate and this reader of its own agree about every record.
    #[test]
    fn every_record_comes_back_whole(record in record()) {
        let login = record.login();
        prop_assert_eq!(&Record::from(&login), &record);
        prop_assert_eq!(login.payload(), record.payload());
    }

    /// A payload in which something has changed is an error, or another login that comes back whole.
    #[test]
    fn a_payload_that_was_changed_is_refused_or_read(
        record in record(),
        changes in vec((any::<Index>(), any::<u8>()), 1..4),
        cut in any::<Index>(),
    ) {
        let mut payload = record.payload();
        for (at, byte) in changes {
            let at = at.index(payload.len());
            payload[at] = byte;
        }
        let cut = payload.len() - cut.index(payload.len().min(4));
        payload.truncate(cut);
        let parts = LoginParts {
            realm: &record.realm,
            id: record.id,
            user_id: &record.user_id,
            version: record.version,
            created_at: record.created_at.into(),
            last_seen_at: record.last_seen_at.into(),
            expires_at: record.expires_at.into(),
            payload: &payload,
        };
        if let Ok(login) = Login::from_parts(parts) {
            let written = login.payload();
            let again = Login::from_parts(LoginParts { payload: &written, ..parts });
            prop_assert_eq!(again.ok(), Some(login));
        }
    }
}
