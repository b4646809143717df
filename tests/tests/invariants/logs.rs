//! What the log says, and what it never says.

use axum::{Router, routing::get};
use login_runtime::{
    LoggedIn, LoginView, Refusal, fresh_login_required, login_required, testing::TestClient,
};
use login_tests::{Fault, Log};

use crate::{
    site::{Site, copy_of, from_another_browser, secs, sets_cookies, who},
    users::{ADA, User},
};

#[tokio::test(start_paused = true)]
async fn i12_no_secret_is_ever_logged() {
    Log::begin();
    let site = Site::new();
    let mut secrets = vec!["hash of ada".to_owned(), "key-1".to_owned()];
    let mut note = |client: &mut TestClient| {
        for name in ["_session", "_remember", "_flash"] {
            secrets.extend(
                client
                    .cookies()
                    .get(name)
                    .map(|(_, value)| value.to_owned()),
            );
        }
    };
    let mut client = site.logged_in("remember=true").await;
    note(&mut client);
    let mut thief = copy_of(&client);
    let mut other = copy_of(&client);
    who(from_another_browser(&mut other)).await;
    client.cookies().remove("_session");
    site.clock.advance(secs(100));
    who(&mut client).await;
    note(&mut client);
    client.post("/confirm", &[]).await;
    note(&mut client);
    for fault in Fault::ALL {
        site.faults.fail_at(1, fault);
        client.get("/dashboard").await;
        site.faults.forget();
        site.users.fail(Some(fault));
        client.get("/dashboard").await;
        site.users.fail(None);
    }
    who(&mut client).await;
    site.clock.advance(secs(100));
    thief.cookies().remove("_session");
    who(&mut thief).await;
    client.header("authorization".parse().unwrap(), "Bearer key-1");
    assert_eq!(who(&mut client).await, "ada");
    client.post("/login?remember=true", &[]).await;
    note(&mut client);
    site.users.edit(ADA, |user| user.password_hash.push('x'));
    client.get("/dashboard").await;
    client.post("/logout", &[]).await;
    site.client().get("/dashboard?api_key=secret").await;

    let text = Log::lines("");
    for told in [
        "UserLoggedIn",
        "RememberTheft",
        "AuthHashChanged",
        "SessionProtected",
        "UserLoggedOut",
        "ERROR",
    ] {
        assert!(text.contains(told), "{told} is not in the log:\n{text}");
    }
    assert!(secrets.len() > 8);
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret} is in the log:\n{text}");
        // Nor is its signature.
        let end = secret.len().saturating_sub(40);
        assert!(secret.len() < 60 || !text.contains(&secret[end..]));
    }
}

#[tokio::test]
async fn a_failing_loader_or_store_is_named_in_the_log() {
    Log::begin();
    let site = Site::new();
    let mut client = site.logged_in("").await;
    assert_eq!(Log::lines("ERROR"), "");
    site.users.fail(Some(Fault::Error));
    client.get("/me").await;
    site.users.fail(Some(Fault::Panic));
    client.get("/me").await;
    site.faults.fail_at(1, Fault::Error);
    client.get("/me").await;
    let text = Log::lines("ERROR");
    for told in [
        "the user loader failed: a fault of the loader, on purpose",
        "the user loader panicked",
        "the login store did not answer: a fault on purpose",
    ] {
        assert!(text.contains(told), "{told} is not in the log:\n{text}");
    }
}

#[tokio::test]
async fn a_refused_websocket_says_what_is_missing() {
    let site = Site::new();
    Log::begin();
    let mut client = site.logged_in("").await;
    client.header("upgrade".parse().unwrap(), "websocket");
    let response = client.get("/dashboard").await;
    assert_eq!(response.status(), 403);
    assert!(
        response.text().contains("`Origin` only, and it is missing"),
        "{}",
        response.text()
    );
    let logged = Log::lines("WARN");
    assert!(logged.contains("it sent no `Origin`"), "{logged}");
    Log::begin();
    client.header("origin".parse().unwrap(), "https://evil.example");
    assert_eq!(client.get("/dashboard").await.status(), 403);
    let logged = Log::lines("WARN");
    assert!(logged.contains("`.trusted_origin(..)`"), "{logged}");
    Log::begin();
    client.header("host".parse().unwrap(), "site.example");
    client.header("origin".parse().unwrap(), "http://site.example");
    assert_eq!(client.get("/dashboard").await.status(), 403);
    let logged = Log::lines("WARN");
    let hint = "`.insecure_cookies_over_plain_http()` allows it";
    assert!(logged.contains(hint), "{logged}");
}

#[tokio::test]
async fn a_view_that_nobody_is_sent_to_is_in_the_log() {
    Log::begin();
    let broken = Router::<()>::new()
        .route("/", get(async || "in"))
        .layer(LoginView::new(""));
    let logged = Log::lines("ERROR");
    assert!(
        logged.contains("`login_view` cannot be ``: give a path such as `/login`"),
        "{logged}"
    );
    drop(broken);

    let site = Site::with_routes(
        |builder| builder.unauthorized_handler(async |refusal: Refusal| refusal.default_response()),
        |router| {
            let shop = Router::new().route("/", get(guarded_page));
            router.nest("/shop", shop.layer(LoginView::new("/shop/login")))
        },
    );
    Log::begin();
    assert_eq!(site.client().get("/shop").await.status(), 303);
    assert_eq!(Log::lines("WARN"), "", "the view counts");

    let ignorant = Site::with_routes(
        |builder| builder.unauthorized_handler(async || "no"),
        |router| {
            let shop = Router::new().route("/", get(guarded_page));
            router.nest("/shop", shop.layer(LoginView::new("/shop/login")))
        },
    );
    Log::begin();
    for _ in 0..3 {
        assert_eq!(ignorant.client().get("/shop").await.text(), "no");
    }
    let logged = Log::lines("WARN");
    assert_eq!(logged.matches("take the extractor `Refusal`").count(), 1);
}

#[tokio::test]
async fn a_handler_of_refusals_that_refuses_is_a_500_and_named() {
    let sites = [
        Site::with(|builder| builder.unauthorized_handler(guarded_page)),
        Site::with(|builder| builder.unauthorized_handler(async |_: LoggedIn<User>| "in")),
        Site::with(|builder| builder.needs_refresh_handler(fresh_page)),
    ];
    for (at, site) in sites.iter().enumerate() {
        let mut client = site.logged_in("fresh=false").await;
        if at < 2 {
            client = site.client();
        }
        Log::begin();
        let answer = client.get("/fresh").await;
        assert_eq!((answer.status(), sets_cookies(&answer)), (500, Vec::new()));
        let logged = Log::lines("ERROR");
        assert!(
            logged.contains("is itself guarded; take the guard off"),
            "{logged}"
        );
    }
}

#[login_required]
async fn guarded_page() {}

#[fresh_login_required]
async fn fresh_page() {}
