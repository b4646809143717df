//! What those who run the application see and end, without a request.

use std::collections::BTreeSet;

use login_runtime::{
    LoginError,
    store::{CookieStore, Cursor, LoginId, StoreError},
};
use login_tests::{Call, Fault};

use crate::{
    site::{START, Site, secs, who},
    users::{ADA, GRACE},
};

/// The ids on every page of so many logins.
async fn all(site: &Site, limit: usize) -> Vec<LoginId> {
    let mut ids = Vec::new();
    let mut cursor: Option<Cursor> = None;
    for _ in 0..2_000 {
        let page = site.manager.all_logins(cursor.as_ref(), limit).await;
        let page = page.unwrap();
        assert!(page.items.len() <= limit.max(1));
        ids.extend(page.items.iter().map(|device| device.id()));
        cursor = page.next;
        if cursor.is_none() {
            return ids;
        }
        // As it comes back in an address.
        cursor = cursor.map(|cursor| cursor.to_string().parse().unwrap());
    }
    panic!("a list that never ends");
}

#[tokio::test]
async fn i16_everybodys_logins_end_without_a_request() {
    let site = Site::new();
    let mut ada = site.logged_in("remember=true").await;
    let mut grace = site.logged_in("user=2").await;
    assert_eq!(site.manager.end_all_logins().await.unwrap(), 2);
    assert!(site.store.is_empty().await);
    assert_eq!(who(&mut ada).await, "anonymous");
    assert_eq!(who(&mut grace).await, "anonymous");
    assert_eq!(site.manager.end_all_logins().await.unwrap(), 0);
    let mut again = site.logged_in("").await;
    assert_eq!(who(&mut again).await, "ada");
}

#[tokio::test]
async fn everybodys_logins_are_listed_a_page_at_a_time() {
    let site = Site::new();
    for user in [1, 1, 2, 2, 2] {
        site.logged_in(&format!("user={user}")).await;
    }
    let records = [site.records(ADA).await, site.records(GRACE).await].concat();
    let expected: BTreeSet<_> = records.iter().map(|record| record.id).collect();
    for limit in [0, 1, 2, 5, usize::MAX] {
        let listed: BTreeSet<_> = all(&site, limit).await.into_iter().collect();
        assert_eq!(listed, expected, "pages of {limit}");
    }
    let page = site.manager.all_logins(None, 1_000).await.unwrap();
    for device in &page.items {
        let record = records.iter().find(|record| record.id == device.id());
        assert_eq!(device.user_id(), &*record.unwrap().user_id);
        assert_eq!(device.created_at(), START.into());
        assert!(!device.is_current());
    }
}

#[tokio::test]
async fn a_users_logins_are_listed_and_one_of_them_ends() {
    let site = Site::new();
    let mut first = site.logged_in("").await;
    site.clock.advance(secs(10));
    let mut second = site.logged_in("").await;
    let mut grace = site.logged_in("user=2").await;
    let devices = site.manager.logins_of("1").await.unwrap();
    let seen: Vec<_> = devices
        .iter()
        .map(|device| device.last_seen_at().as_secs() - START)
        .collect();
    assert_eq!(seen, [10, 0], "the most recently seen first");
    let (newest, oldest) = (devices[0].id(), devices[1].id());

    let graces = site.manager.logins_of("2").await.unwrap()[0].id();
    for (user, id) in [("2", oldest), ("1", graces), ("3", oldest)] {
        let ended = site.manager.end_login(user, id).await.unwrap();
        assert!(!ended, "user {user} has no such login");
    }
    assert!(site.manager.end_login("1", oldest).await.unwrap());
    assert!(!site.manager.end_login("1", oldest).await.unwrap());
    assert_eq!(who(&mut first).await, "anonymous");
    assert_eq!(who(&mut second).await, "ada");
    assert_eq!(who(&mut grace).await, "grace");
    assert_eq!(site.records(ADA).await[0].id, newest);
}

#[tokio::test]
async fn what_is_over_is_not_listed() {
    let site = Site::new();
    site.logged_in("").await;
    site.logged_in("remember=true").await;
    site.clock.advance(secs(3_600));
    let devices = site.manager.logins_of("1").await.unwrap();
    assert_eq!(devices.len(), 1, "the session is over by a second");
    assert!(devices[0].is_remembered());
    assert_eq!(all(&site, 10).await, [devices[0].id()]);
}

#[tokio::test]
async fn a_store_that_fails_is_an_error_and_ends_nothing() {
    let site = Site::new();
    site.logged_in("").await;
    let id = site.records(ADA).await[0].id;
    for fault in Fault::ALL.into_iter().filter(|it| *it != Fault::Hang) {
        let ended = |nth| site.faults.fail_at(nth, fault);
        ended(1);
        assert!(site.manager.end_all_logins().await.is_err(), "{fault:?}");
        assert_eq!(site.faults.calls(), [Call::DeleteRealm]);
        ended(1);
        assert!(site.manager.all_logins(None, 1).await.is_err());
        assert_eq!(site.faults.calls(), [Call::ListRealm]);
        ended(1);
        assert!(site.manager.logins_of("1").await.is_err());
        ended(2);
        assert!(site.manager.end_login("1", id).await.is_err());
        assert_eq!(site.faults.calls(), [Call::ListUser, Call::Delete]);
    }
    assert_eq!(site.records(ADA).await.len(), 1);
}

#[tokio::test]
async fn a_cursor_that_was_made_up_is_a_400() {
    let site = Site::new();
    let made_up = Cursor::from_bytes(*b"made up");
    let error = site.manager.all_logins(Some(&made_up), 10).await;
    let error = error.unwrap_err();
    assert!(matches!(
        error,
        LoginError::Store(StoreError::UnknownCursor)
    ));
    let response = axum::response::IntoResponse::into_response(error);
    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn a_store_in_cookies_lists_and_ends_nobody() {
    let site = Site::on(
        CookieStore::new(),
        login_runtime::store::MemoryStore::new(),
        &crate::users::Users::new(),
        |builder| builder,
        |router| router,
    );
    let id = LoginId::from_bytes([7; 16]);
    let errors = [
        site.manager.end_all_logins().await.err(),
        site.manager.all_logins(None, 10).await.err(),
        site.manager.logins_of("1").await.err(),
        site.manager.end_login("1", id).await.err(),
    ];
    for error in errors {
        assert!(matches!(
            error,
            Some(LoginError::Store(StoreError::Unsupported))
        ));
    }
}
