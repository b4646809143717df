//! Secrets: which keys count, and that nobody sees what is secret.

use axum::routing::get;
use login_runtime::{
    LoginEvent, LoginEventKind, LoginSession, SecretKey, store::LoginStore, testing::TestClient,
};
use login_tests::{engine_address, is_remote};

use crate::{
    site::{Builder, Site, copy_of, key, secs, who},
    users::{ADA, User, Users},
};

fn both(builder: Builder) -> Builder {
    builder.secret_key(key(2)).fallback_key(key(1))
}

fn new_only(builder: Builder) -> Builder {
    builder.secret_key(key(2))
}

fn at(site: &Site, client: &TestClient) -> TestClient {
    let mut moved = site.client();
    moved.add(&client.clone().cookies().clone());
    moved
}

#[tokio::test]
async fn i12_keys_rotate_without_logging_anybody_out() {
    let old = Site::new();
    let mut client = old.logged_in("remember=true").await;
    client.post("/flash?text=hello", &[]).await;
    let copy = copy_of(&client);

    // In the overlap everything counts: session, remember and flash cookies.
    let overlap = old.restarted(both);
    let mut client = at(&overlap, &copy);
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(client.get("/fresh").await.status(), 200);
    assert_eq!(client.get("/messages").await.text(), "hello");
    // What is signed there counts once the old key is gone.
    overlap.clock.advance(secs(100));
    client.cookies().remove("_session");
    assert_eq!(who(&mut client).await, "ada");
    let new = overlap.restarted(new_only);
    let mut client = at(&new, &client);
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(client.post("/confirm", &[]).await.status(), 200);
    assert_eq!(client.get("/fresh").await.status(), 200);

    // What the old key signed does not, and never reaches the store.
    let mut late = at(&new, &copy);
    new.faults.forget();
    assert_eq!(who(&mut late).await, "anonymous");
    late.cookies().remove("_session");
    assert_eq!(who(&mut late).await, "anonymous");
    assert_eq!(late.get("/messages").await.text(), "");
    assert_eq!(new.faults.calls(), []);
    assert_eq!(new.records(ADA).await.len(), 1, "nothing is deleted");
}

#[tokio::test]
async fn i12_a_login_made_in_the_overlap_is_signed_by_the_new_key() {
    let overlap = Site::with(both);
    let client = overlap.logged_in("remember=true").await;
    assert_eq!(
        who(&mut at(&overlap.restarted(new_only), &client)).await,
        "ada"
    );
    let old_only = overlap.restarted(|builder| builder);
    assert_eq!(who(&mut at(&old_only, &client)).await, "anonymous");
}

#[tokio::test]
async fn i12_digests_are_stamped_anew_under_the_first_key() {
    let old = Site::new();
    let client = old.logged_in("").await;
    let before = old.records(ADA).await.remove(0).auth_hash;
    let overlap = old.restarted(both);
    assert_eq!(who(&mut at(&overlap, &client)).await, "ada");
    let after = old.records(ADA).await.remove(0).auth_hash;
    assert_ne!(before, after);
    // Once is enough.
    overlap.faults.forget();
    assert_eq!(who(&mut at(&overlap, &client)).await, "ada");
    assert_eq!(overlap.faults.calls(), [login_tests::Call::Load]);
}

#[tokio::test]
async fn i12_a_changed_auth_hash_refuses_every_other_login_and_deletes_none() {
    let site = Site::new();
    let mut here = site.logged_in("").await;
    let mut session = site.logged_in("").await;
    let mut remembered = site.logged_in("remember=true").await;
    remembered.cookies().remove("_session");
    site.clock.advance(secs(100));
    site.users
        .edit(ADA, |user| user.password_hash = "another hash".to_owned());
    site.events();
    for client in [&mut session, &mut remembered] {
        assert_eq!(who(client).await, "anonymous");
        assert_eq!(client.get("/dashboard").await.status(), 303);
    }
    assert_eq!(site.records(ADA).await.len(), 3);
    let changed = |event: &LoginEvent| event.kind == LoginEventKind::AuthHashChanged;
    assert!(site.events().iter().any(changed));
    // The one that changed it confirms, and goes on.
    assert_eq!(here.post("/confirm", &[]).await.status(), 200);
    assert_eq!(who(&mut here).await, "ada");
    // With the old hash the others are back: nothing was deleted.
    site.users
        .edit(ADA, |user| user.password_hash = "hash of ada".to_owned());
    assert_eq!(who(&mut session).await, "ada");
    assert_eq!(who(&mut here).await, "anonymous");
}

#[tokio::test]
async fn i12_secrets_are_in_no_debug_and_in_no_record() {
    let debug = async |session: LoginSession<User>| format!("{session:?}");
    let site = Site::with_routes(
        |builder| builder,
        |router| router.route("/session-debug", get(debug)),
    );
    let mut client = site.logged_in("remember=true").await;
    site.clock.advance(secs(100));
    client.cookies().remove("_session");
    who(&mut client).await;
    let record = site.records(ADA).await.remove(0);
    let user: User = site.users.get(ADA);
    let session = client.get("/session-debug").await.text();
    assert_eq!(session, "LoginSession { .. }");
    let shown = format!(
        "{:?} {:?} {:?} {:?}",
        record.login(),
        site.manager,
        site.store,
        site.manager.layer()
    );
    let cookie = client.cookies().get("_remember").unwrap().1.to_owned();
    for secret in [&cookie, &user.password_hash, &"\u{1}".repeat(31)] {
        assert!(!shown.contains(&**secret), "{shown}");
    }
    // The secret in the cookie is not what the record has, nor is the hash the user's.
    let kept = record.remember.as_ref().unwrap().secret;
    let decoded = decode(&cookie);
    assert!(!decoded.windows(32).any(|window| window == kept));
    let auth_hash = record.auth_hash.unwrap();
    assert!(!auth_hash.starts_with(&user.password_hash.as_bytes()[..8]));
    assert!(shown.contains("auth_hash: Some(Digest(..))"), "{shown}");
    assert_eq!(format!("{:?}", key(7)), "SecretKey(..)");
}

/// The payload of a sealed value, as anybody can read it.
fn decode(value: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digit = |byte| DIGITS.iter().position(|it| *it == byte).unwrap();
    let bits = value
        .bytes()
        .flat_map(|byte| (0..6).rev().map(move |bit| digit(byte) >> bit & 1));
    let bits: Vec<_> = bits.collect();
    let byte = |bits: &[usize]| {
        bits.iter()
            .fold(0, |byte, bit| byte << 1 | u8::try_from(*bit).unwrap())
    };
    bits.chunks_exact(8).map(byte).collect()
}

#[tokio::test]
async fn i12_the_session_cookie_names_a_record_and_nothing_else() {
    let site = Site::new();
    let mut client = site.logged_in("user=1").await;
    let payload = decode(client.cookies().get("_session").unwrap().1);
    // Format, issue, expiry, id, generation, what the store carries; then 32 bytes of signature.
    let login = site.records(ADA).await.remove(0).login();
    let carried = match engine_address() {
        None if is_remote() => 2,
        _ => site.store.carry(&login).len(),
    };
    assert_eq!(payload.len(), 1 + 8 + 8 + 16 + 8 + carried + 32);
    assert_eq!(
        payload[17..33],
        site.records(ADA).await[0].id.as_bytes()[..]
    );
}

#[test]
fn i12_a_short_or_missing_key_is_an_error_that_helps() {
    let short = SecretKey::from_bytes([7; 31]).unwrap_err().to_string();
    assert!(short.contains("32 bytes") && short.contains("31") && short.contains("openssl"));
    let missing = SecretKey::from_env("NO_SUCH_KEY_IN_TESTS")
        .unwrap_err()
        .to_string();
    assert!(missing.contains("NO_SUCH_KEY_IN_TESTS") && missing.contains("openssl"));
    assert!(
        SecretKey::from_bytes([7; 32]).is_err(),
        "one byte repeated is no secret"
    );
    let without = login_runtime::LoginManager::builder(
        crate::users::load_user,
        login_tests::FaultyStore::memory(),
    );
    let error = without
        .with_state::<()>(Users::new())
        .build()
        .unwrap_err()
        .to_string();
    assert!(error.contains(".secret_key("), "{error}");
}

#[test]
fn i14_both_crates_forbid_unsafe_code() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    for member in ["login-runtime", "login-macros"] {
        let lib = std::fs::read_to_string(format!("{root}/{member}/src/lib.rs")).unwrap();
        assert!(lib.contains("#![forbid(unsafe_code)]"), "{member}");
    }
}
