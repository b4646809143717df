//! Requests that were on their way while cookies were replaced: what they may do, and which cookies
//! never leave.

use login_runtime::{SessionProtection, store::LoginStore, testing::TestClient};

use crate::{
    remember::{LATER, remembered},
    site::{START, Site, copy_of, from_another_browser, secs, sets_cookies, who},
    users::ADA,
};

/// The actions on a user's other logins.
const ACTIONS: [(&str, &str); 4] = [
    ("GET", "/logins"),
    ("POST", "/logout-others"),
    ("POST", "/logout-everywhere"),
    ("POST", "/end?id=00000000000000000000000000000000"),
];

async fn act(client: &mut TestClient, (method, path): (&str, &str)) -> u16 {
    let response = match method {
        "GET" => client.get(path).await,
        _ => client.post(path, &[]).await,
    };
    response.status()
}

/// Whether a WebSocket is opened for the client.
async fn opens_a_websocket(client: &TestClient) -> bool {
    let mut client = client.clone();
    for (name, value) in [
        ("host", "site.example"),
        ("upgrade", "websocket"),
        ("origin", "https://site.example"),
    ] {
        client.header(name.parse().unwrap(), value);
    }
    client.get("/dashboard").await.status() == 200
}

/// A request that is let in for itself: it may see and leave, prove who it is, and nothing else.
async fn is_only_let_in(site: &Site, client: &TestClient) {
    let before = site.records(ADA).await;
    let response = copy_of(client).get("/dashboard").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("ada", 0)
    );
    assert_eq!(
        copy_of(client).get("/fresh").await.status(),
        303,
        "never fresh"
    );
    assert!(!opens_a_websocket(client).await);
    for action in ACTIONS {
        let status = act(&mut copy_of(client), action).await;
        assert_eq!(status, 401, "{action:?} is refused");
    }
    let session = copy_of(client).get("/session").await.text();
    assert!(
        session.starts_with("user=Some(\"1\") fresh=false"),
        "{session}"
    );
    assert_eq!(site.records(ADA).await, before, "nothing is written");
}

#[tokio::test]
async fn i10_who_is_let_in_for_one_request_may_not_do_much() {
    let (site, client) = remembered().await;
    assert!(
        opens_a_websocket(&client).await,
        "a restore is no letting in"
    );
    is_only_let_in(&site, &client).await;
    // The password helps at once, and acts in the same request already.
    let mut confirming = copy_of(&client);
    assert_eq!(confirming.post("/confirm", &[]).await.text(), "confirmed");
    assert_eq!(confirming.get("/fresh").await.text(), "ada");
    // And it can always be left.
    let mut leaving = copy_of(&client);
    leaving.post("/logout", &[]).await;
    assert!(site.store.is_empty().await);
}

#[tokio::test]
async fn i10_the_session_that_a_confirm_replaced_is_let_in_for_a_minute() {
    for query in ["", "remember=true"] {
        let site = Site::new();
        let mut client = site.logged_in(query).await;
        site.clock.advance(secs(30));
        let mut on_its_way = copy_of(&client);
        // The session alone, as of a login that is not remembered.
        on_its_way.cookies().remove("_remember");
        client.post("/confirm", &[]).await;
        for seconds in [0, 60] {
            site.clock.advance(secs(seconds));
            is_only_let_in(&site, &on_its_way).await;
        }
        site.clock.advance(secs(1));
        assert_eq!(who(&mut on_its_way).await, "anonymous", "{query}");
        assert_eq!(client.get("/fresh").await.text(), "ada", "{query}");
    }
}

#[tokio::test]
async fn i10_a_confirm_that_was_sent_twice_turns_nobody_away() {
    let site = Site::new();
    let client = site.logged_in("").await;
    let mut on_its_way = copy_of(&client);
    let (mut first, mut second) = (copy_of(&client), copy_of(&client));
    first.post("/confirm", &[]).await;
    site.clock.advance(secs(1));
    second.post("/confirm", &[]).await;
    for client in [&mut on_its_way, &mut first, &mut second] {
        assert_eq!(who(client).await, "ada");
    }
    assert_eq!(first.get("/fresh").await.status(), 303);
    assert_eq!(second.get("/fresh").await.text(), "ada");
}

#[tokio::test]
async fn i10_a_replaced_session_of_another_client_is_not_let_in_where_protection_is_strong() {
    for (mode, expected) in [
        (SessionProtection::Strong, "anonymous"),
        (SessionProtection::Basic, "ada"),
    ] {
        let site = Site::with(|builder| builder.session_protection(mode));
        let mut client = site.logged_in("").await;
        let mut elsewhere = copy_of(&client);
        client.post("/confirm", &[]).await;
        from_another_browser(&mut elsewhere);
        assert_eq!(who(&mut elsewhere).await, expected);
        assert_eq!(client.get("/fresh").await.text(), "ada", "it has not ended");
    }
}

#[tokio::test]
async fn i10_only_a_session_that_a_password_earned_is_ever_fresh() {
    let (site, mut client) = remembered().await;
    who(&mut client).await;
    let mut restored = copy_of(&client);
    // Whatever the record says: the cookie was not earned by a password.
    let mut record = site.records(ADA).await.remove(0);
    record.fresh_since = Some(START + LATER.cast_signed());
    record.version += 1;
    site.store.update(record.login()).await.unwrap();
    assert_eq!(who(&mut restored).await, "ada");
    assert_eq!(restored.get("/fresh").await.status(), 303);
    client.post("/confirm", &[]).await;
    assert_eq!(client.get("/fresh").await.text(), "ada");
}
