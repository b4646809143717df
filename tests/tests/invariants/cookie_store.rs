//! The store that keeps logins in their own cookies: what holds there, and what does not.

use axum::Router;
use login_runtime::{
    BuildError, LoginManager,
    store::{CookieStore, LoginStore, MemoryStore, StoreError},
    testing::TestClient,
};
use login_tests::Call;

use crate::{
    site::{Site, copy_of, from_another_browser, key, secs, sets_cookies, who},
    users::{ADA, Users, load_user},
};

fn site() -> Site {
    Site::on(
        CookieStore::new(),
        MemoryStore::new(),
        &Users::new(),
        |builder| builder,
        |router: Router<Users>| router,
    )
}

async fn session_of(client: &mut TestClient) -> String {
    client.get("/session").await.text()
}

#[tokio::test]
async fn a_login_lives_in_its_cookie() {
    let site = site();
    let mut client = site.logged_in("user=1").await;
    assert_eq!(
        session_of(&mut client).await,
        "user=Some(\"1\") fresh=true remembered=false"
    );
    assert_eq!(client.get("/fresh").await.text(), "ada");
    let response = client.get("/dashboard").await;
    assert_eq!(
        response.header("set-cookie"),
        "",
        "no ordinary request writes it again"
    );
    client.post("/login?user=2&fresh=false", &[]).await;
    assert_eq!(who(&mut client).await, "grace");
    assert_eq!(client.get("/fresh").await.status(), 303);
    assert_eq!(client.post("/confirm?user=2", &[]).await.status(), 200);
    assert_eq!(client.get("/fresh").await.text(), "grace");
    client.post("/logout", &[]).await;
    assert!(client.cookies().is_empty());
    assert_eq!(who(&mut client).await, "anonymous");
}

#[tokio::test]
async fn it_lives_until_the_absolute_timeout_however_idle() {
    for (seconds, who_is_it) in [(86_399, "ada"), (86_400, "anonymous")] {
        let site = site();
        let mut client = site.logged_in("").await;
        site.clock.advance(secs(seconds));
        assert_eq!(who(&mut client).await, who_is_it);
    }
}

#[tokio::test]
async fn a_remembered_login_begins_new_sessions_until_it_expires() {
    let site = site();
    let mut client = site.logged_in("remember=true").await;
    for day in 1..30 {
        site.clock.advance(secs(86_400));
        let response = client.get("/me").await;
        assert_eq!(response.text(), "ada", "day {day}");
        assert_eq!(
            sets_cookies(&response).len(),
            1,
            "the token stays, for nobody could notice a copy"
        );
        assert_eq!(
            session_of(&mut client).await,
            "user=Some(\"1\") fresh=false remembered=true"
        );
    }
    site.clock.advance(secs(86_400));
    assert_eq!(who(&mut client).await, "anonymous");
}

#[tokio::test]
async fn a_confirm_lengthens_what_is_remembered() {
    let site = site();
    let mut client = site.logged_in("remember=true&duration=1000").await;
    site.clock.advance(secs(900));
    let response = client.post("/confirm", &[]).await;
    assert_eq!(sets_cookies(&response).len(), 2);
    client.cookies().remove("_session");
    site.clock.advance(secs(999));
    assert_eq!(who(&mut client).await, "ada");
}

/// The record is in both cookies. Here the session cookie of a confirm got lost, and the limits were
/// shortened since: the session is over by an old record, and the remembered part lives by a new one.
#[tokio::test]
async fn each_cookie_is_judged_by_its_own_record() {
    let before = site();
    let mut client = before.logged_in("remember=true&duration=3000").await;
    let (name, old) = client.cookies().get("_session").expect("a session");
    let (name, old) = (name.to_owned(), old.to_owned());
    before.clock.advance(secs(1000));
    assert_eq!(client.post("/confirm", &[]).await.status(), 200);
    client.cookies().set(&name, &old);
    let after = Site::on(
        CookieStore::new(),
        MemoryStore::new(),
        &Users::new(),
        |builder| {
            let clock = before.clock.clone();
            builder.clock(clock).absolute_timeout(secs(3600))
        },
        |router: Router<Users>| router,
    );
    before.clock.advance(secs(2700));
    let mut moved = after.client();
    moved.add(&client.cookies().clone());
    let response = moved.get("/me").await;
    assert_eq!(
        (&*response.text(), sets_cookies(&response).len()),
        ("ada", 1),
        "a new session has begun"
    );
}

#[tokio::test]
async fn a_login_looks_for_none_that_are_over() {
    let site = site();
    site.just_logged_in("").await;
    assert_eq!(site.faults.calls(), [Call::Create]);
}

#[tokio::test]
async fn parallel_tabs_and_late_requests_are_no_theft() {
    let site = site();
    let mut client = site.logged_in("remember=true").await;
    client.cookies().remove("_session");
    let mut late = copy_of(&client);
    site.clock.advance(secs(1000));
    assert_eq!(who(&mut client).await, "ada");
    site.clock.advance(secs(1000));
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(who(&mut late).await, "ada");
    assert!(
        site.events()
            .iter()
            .all(|event| !format!("{event:?}").contains("Theft"))
    );
}

#[tokio::test]
async fn a_changed_auth_hash_and_an_inactive_user_end_it_all_the_same() {
    let site = site();
    let mut client = site.logged_in("remember=true").await;
    site.users.edit(ADA, |user| user.password_hash.push('x'));
    assert_eq!(who(&mut client).await, "anonymous");
    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    assert_eq!(who(&mut client).await, "anonymous");
    let mut client = site.logged_in("").await;
    site.users.edit(ADA, |user| user.active = false);
    assert_eq!(who(&mut client).await, "anonymous");
}

#[tokio::test]
async fn session_protection_holds_as_far_as_it_can() {
    let site = site();
    let mut thief = site.logged_in("").await;
    from_another_browser(&mut thief);
    assert_eq!(who(&mut thief).await, "ada");
    assert_eq!(thief.get("/fresh").await.status(), 303);
}

#[tokio::test]
async fn what_it_cannot_do_is_an_error_and_not_a_promise() {
    let site = site();
    let mut client = site.logged_in("").await;
    for (method, path) in [
        ("POST", "/logout-everywhere"),
        ("POST", "/logout-others"),
        ("GET", "/logins"),
    ] {
        let response = client
            .send(method.parse().unwrap(), path, "".into(), None)
            .await;
        assert_eq!(response.status(), 500, "{path}");
        assert_eq!(who(&mut client).await, "ada", "{path}");
    }
    let error = site
        .manager
        .end_logins_of("1")
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("server-side store"), "{error}");
    assert!(matches!(
        CookieStore::new().list_user("login", "1").await,
        Err(StoreError::Unsupported)
    ));
    let builder = || {
        LoginManager::builder(load_user, CookieStore::new())
            .secret_key(key(1))
            .with_state::<()>(Users::new())
    };
    assert!(builder().build().is_ok());
    let cap = std::num::NonZeroUsize::MIN;
    for built in [
        builder()
            .idle_timeout(secs(600))
            .touch_interval(secs(10))
            .build(),
        builder().max_logins_per_user(cap).build(),
        builder().touch_interval(secs(10)).build(),
        builder().remember_overlap(secs(600)).build(),
    ] {
        assert!(matches!(built, Err(BuildError::Store(_))));
    }
}

#[tokio::test]
async fn a_record_of_another_cookie_or_realm_does_not_count() {
    let site = site();
    let mut client = site.logged_in("remember=true").await;
    let session = client.cookies().get("_session").unwrap().1.to_owned();
    let remember = client.cookies().get("_remember").unwrap().1.to_owned();
    for (name, value) in [("session", remember), ("remember", session)] {
        let mut swapped = site.client();
        swapped
            .cookies()
            .set(&format!("__Host-login_{name}"), &value);
        site.clock.advance(secs(100));
        assert_eq!(who(&mut swapped).await, "anonymous", "{name}");
    }
}

#[tokio::test]
async fn a_login_and_a_confirm_in_one_request_is_fresh_here_too() {
    use login_runtime::{LoginError, LoginSession};
    async fn both(session: LoginSession<crate::users::User>) -> Result<(), LoginError> {
        let ada = Users::new().get(ADA);
        session.login_user(&ada).fresh(false).await?;
        session.confirm_login(&ada).await
    }
    let routes = |router: Router<Users>| router.route("/both", axum::routing::post(both));
    for on_cookies in [true, false] {
        let (users, memory) = (Users::new(), MemoryStore::new());
        let site = match on_cookies {
            true => Site::on(
                CookieStore::new(),
                memory,
                &users,
                |builder| builder,
                routes,
            ),
            false => Site::on(memory.clone(), memory, &users, |builder| builder, routes),
        };
        let mut client = site.client();
        assert_eq!(client.post("/both", &[]).await.status(), 200);
        assert_eq!(
            client.get("/fresh").await.status(),
            200,
            "on cookies: {on_cookies}"
        );
    }
}
