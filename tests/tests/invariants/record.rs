//! The record of a login: what makes it, what changes it, what ends it.

use login_runtime::store::LoginStore;
use login_tests::Call;

use crate::{
    site::{START, Site, copy_of, secs, sets_cookies, who},
    users::{ADA, GRACE},
};

#[tokio::test]
async fn i04_a_stranger_costs_nothing_on_a_public_page() {
    let site = Site::new();
    let mut client = site.client();
    for _ in 0..100 {
        let response = client.get("/public").await;
        assert_eq!((response.status(), response.header("vary")), (200, ""));
        assert_eq!(response.header("cache-control"), "");
    }
    // Nor does somebody with a login, as long as nobody asks who it is.
    let mut client = site.logged_in("remember=true").await;
    site.faults.forget();
    let response = client.get("/public").await;
    assert_eq!(
        (response.header("vary"), response.header("cache-control")),
        ("", "")
    );
    assert_eq!(response.header("set-cookie"), "");
    assert_eq!(site.faults.calls(), []);
    assert_eq!(site.users.loads(), 0);
}

#[tokio::test]
async fn i04_asking_who_a_stranger_is_calls_no_store_and_sets_no_cookie() {
    let site = Site::new();
    let mut client = site.client();
    client.cookies().set("__Host-login_session", "garbage");
    client.cookies().set("__Host-login_remember", "garbage");
    for path in ["/me", "/session", "/dashboard"] {
        let response = client.get(path).await;
        assert!(
            sets_cookies(&response)
                .iter()
                .all(|line| line.contains("_flash="))
        );
        assert!(response.header("vary").starts_with("cookie"), "{path}");
    }
    assert_eq!((site.faults.calls(), site.users.loads()), (vec![], 0));
}

#[tokio::test]
async fn i05_every_login_makes_a_new_record_and_ends_those_of_the_request() {
    let site = Site::new();
    let mut client = site.logged_in("").await;
    let mut seen = vec![site.records(ADA).await[0].id];
    for query in [
        "user=1",
        "user=1&remember=true",
        "user=1&fresh=false",
        "user=1&force=true",
    ] {
        assert_eq!(
            client.post(&format!("/login?{query}"), &[]).await.status(),
            200
        );
        let records = site.records(ADA).await;
        assert_eq!(records.len(), 1, "{query}");
        assert!(!seen.contains(&records[0].id), "{query} reused an id");
        seen.push(records[0].id);
    }
    // As another user, too.
    client.post("/login?user=2", &[]).await;
    assert_eq!(site.records(ADA).await.len(), 0);
    assert_eq!(who(&mut client).await, "grace");
}

#[tokio::test]
async fn i05_login_ends_the_record_of_the_remember_cookie_as_well() {
    let site = Site::new();
    let mut one = site.logged_in("user=1&remember=true").await;
    let mut two = site.logged_in("user=2").await;
    // A browser with the session of one login and the remember cookie of another.
    let (name, value) = one
        .cookies()
        .get("_remember")
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .unwrap();
    two.cookies().set(&name, &value);
    assert_eq!(two.post("/login?user=2", &[]).await.status(), 200);
    assert_eq!(site.records(ADA).await.len(), 0);
    assert_eq!(site.records(GRACE).await.len(), 1);
    assert_eq!(who(&mut one).await, "anonymous");
}

#[tokio::test]
async fn i05_login_always_sets_or_removes_the_remember_cookie() {
    let site = Site::new();
    let mut client = site.client();
    for (query, set) in [
        ("remember=false", false),
        ("remember=true", true),
        ("remember=false", false),
    ] {
        let response = client.post(&format!("/login?{query}"), &[]).await;
        let lines = sets_cookies(&response);
        let line = lines
            .iter()
            .find(|line| line.starts_with("__Host-login_remember="))
            .unwrap();
        assert_eq!(!line.contains("Max-Age=0;"), set, "{line}");
    }
    assert!(client.cookies().get("_remember").is_none());
}

#[tokio::test]
async fn i05_only_login_user_creates_a_record() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    site.faults.forget();
    for path in ["/me", "/dashboard", "/fresh", "/session", "/logins"] {
        client.get(path).await;
    }
    client.post("/confirm", &[]).await;
    client.cookies().remove("_session");
    site.clock.advance(secs(1000));
    assert_eq!(who(&mut client).await, "ada");
    client.post("/logout-others", &[]).await;
    client.post("/logout", &[]).await;
    client.post("/confirm", &[]).await;
    assert_eq!(site.faults.count(Call::Create), 0);
}

#[tokio::test]
async fn i05_confirm_wants_the_same_user_and_a_login() {
    let site = Site::new();
    let mut client = site.logged_in("fresh=false").await;
    assert_eq!(client.post("/confirm?user=2", &[]).await.status(), 403);
    assert_eq!(client.get("/fresh").await.status(), 303);
    assert_eq!(
        site.client().post("/confirm?user=1", &[]).await.status(),
        401
    );
}

#[tokio::test]
async fn i05_confirm_and_restore_update_the_record_in_place_and_kill_the_old_session_cookie() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    let old = copy_of(&client);
    let first = site.records(ADA).await.remove(0);

    site.clock.advance(secs(100));
    client.post("/confirm", &[]).await;
    let confirmed = site.records(ADA).await.remove(0);
    assert_eq!(confirmed.id, first.id);
    assert_eq!(confirmed.generation, first.generation + 100);
    assert_eq!(confirmed.replaced, 100);
    assert_eq!(confirmed.fresh_since, Some(START + 100));
    assert_eq!(confirmed.authenticated_at, START + 100);
    assert_eq!(confirmed.session_started_at, START + 100);

    let mut old_session = old.clone();
    old_session.cookies().remove("_remember");
    site.clock.advance(secs(61));
    assert_eq!(who(&mut old_session).await, "anonymous");

    let mut same_session = client.clone();
    same_session.cookies().remove("_remember");
    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    assert_eq!(client.get("/fresh").await.status(), 303);
    let restored = site.records(ADA).await.remove(0);
    assert_eq!(restored.id, first.id);
    assert_eq!(restored.generation, first.generation + 261);
    assert_eq!(restored.replaced, 0);
    assert_eq!(
        (restored.fresh_since, restored.authenticated_at),
        (None, START + 100)
    );
    assert_eq!(who(&mut same_session).await, "anonymous");
    assert_eq!(who(&mut client).await, "ada");
}

#[tokio::test]
async fn i05_within_the_grace_after_a_confirm_a_late_request_still_counts() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    let mut late = copy_of(&client);
    site.clock.advance(secs(100));
    client.post("/confirm", &[]).await;
    let before = site.records(ADA).await;
    site.clock.advance(secs(60));
    let response = late.get("/me").await;
    assert_eq!(
        (&*response.text(), response.header("set-cookie")),
        ("ada", "")
    );
    assert_eq!(
        site.records(ADA).await,
        before,
        "a late request writes nothing"
    );
    // And so does one with the new token alone.
    let mut quick = copy_of(&client);
    quick.cookies().remove("_session");
    let response = quick.get("/me").await;
    assert_eq!(
        (&*response.text(), response.header("set-cookie")),
        ("ada", "")
    );
    assert_eq!(site.records(ADA).await, before);
}

#[tokio::test]
async fn i06_an_update_of_a_deleted_record_is_gone() {
    // A touch, a restore and a confirm, each overtaken by a logout from elsewhere.
    for (path, seconds, restored) in [
        ("/me", 120, false),
        ("/me", 120, true),
        ("/confirm", 1, false),
    ] {
        let site = Site::new();
        let mut client = site.logged_in("remember=true").await;
        let mut elsewhere = copy_of(&client);
        site.clock.advance(secs(seconds));
        if restored {
            client.cookies().remove("_session");
        }
        let gate = site.faults.gate(Call::Update);
        let request = async {
            match path {
                "/me" => client.get(path).await,
                _ => client.post(path, &[]).await,
            }
        };
        let logout = async {
            gate.reached().await;
            let out = elsewhere.post("/logout", &[]);
            assert_eq!(out.await.status(), 200);
            gate.open();
        };
        let (response, ()) = tokio::join!(request, logout);
        if path == "/me" {
            assert_eq!(response.text(), "anonymous", "restored: {restored}");
        }
        assert_eq!(
            sets_cookies(&response),
            [""; 0],
            "{path}, restored: {restored}"
        );
        assert!(site.store.is_empty().await, "{path}: the record came back");
        assert_eq!(who(&mut client).await, "anonymous");
    }
}

#[tokio::test]
async fn i06_a_logout_during_a_login_keeps_only_the_new_login() {
    let site = Site::new();
    let mut client = site.logged_in("").await;
    let mut elsewhere = copy_of(&client);
    let gate = site.faults.gate(Call::Create);
    let login = client.post("/login?user=1", &[]);
    let logout = async {
        gate.reached().await;
        assert_eq!(elsewhere.post("/logout", &[]).await.status(), 200);
        gate.open();
    };
    let (response, ()) = tokio::join!(login, logout);
    assert_eq!(response.status(), 200);
    assert_eq!(site.records(ADA).await.len(), 1);
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(who(&mut elsewhere).await, "anonymous");
}

#[tokio::test]
async fn i06_a_record_that_changes_under_the_request_is_looked_at_anew() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    let mut parallel = copy_of(&client);
    let gate = site.faults.gate(Call::Update);
    let late = client.get("/me");
    let early = async {
        gate.reached().await;
        assert_eq!(who(&mut parallel).await, "ada");
        gate.open();
    };
    let (response, ()) = tokio::join!(late, early);
    // The other request restored first; this one is let in, and sets nothing.
    assert_eq!(
        (&*response.text(), response.header("set-cookie")),
        ("ada", "")
    );
    let record = site.records(ADA).await.remove(0);
    assert_eq!(record.generation, (START + 100).cast_unsigned());
}

#[tokio::test]
async fn i06_a_confirm_of_a_record_that_has_changed_is_decided_anew() {
    let site = Site::new();
    let mut client = site.logged_in("fresh=false").await;
    let before = site.records(ADA).await.remove(0);
    let gate = site.faults.gate(Call::Update);
    let request = client.post("/confirm", &[]);
    let meddler = async {
        gate.reached().await;
        let mut touched = before.clone();
        touched.version += 1;
        touched.last_seen_at += 20;
        site.store.update(touched.login()).await.unwrap();
        gate.open();
    };
    let (response, ()) = tokio::join!(request, meddler);
    assert_eq!(response.status(), 200);
    let after = site.records(ADA).await.remove(0);
    assert_eq!(after.version, before.version + 2);
    assert_eq!(after.generation, before.generation + 1);
    assert_eq!(after.last_seen_at, before.last_seen_at + 20, "kept");
    assert_eq!(client.get("/fresh").await.text(), "ada");
}

#[tokio::test]
async fn i06_a_record_that_never_stops_changing_is_503() {
    let site = Site::new();
    let mut client = site.logged_in("remember=true").await;
    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    let store = site.store.clone();
    let mut gate = site.faults.gate(Call::Update);
    let request = client.get("/me");
    let meddler = async {
        for _ in 0..3 {
            gate.reached().await;
            let mut login = site.records(ADA).await.remove(0);
            login.version += 1;
            store.update(login.login()).await.unwrap();
            let passed = std::mem::replace(&mut gate, site.faults.gate(Call::Update));
            passed.open();
        }
    };
    let (response, ()) = tokio::join!(request, meddler);
    assert_eq!(
        (response.status(), response.header("set-cookie")),
        (503, "")
    );
    site.faults.forget();
    assert_eq!(who(&mut client).await, "ada");
}
