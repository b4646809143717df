//! Messages for the next page.

use login_runtime::testing::TestClient;

use crate::site::{Site, secs, sets_cookies, who};

async fn shown(client: &mut TestClient) -> String {
    client.get("/messages").await.text()
}

#[tokio::test]
async fn i19_a_message_is_shown_once() {
    let site = Site::new();
    let mut client = site.client();
    client.post("/flash?text=one", &[]).await;
    client.post("/flash?text=two", &[]).await;
    let response = client.get("/messages").await;
    assert_eq!(response.text(), "one|two");
    assert!(sets_cookies(&response)[0].contains("Max-Age=0"));
    assert_eq!(shown(&mut client).await, "");
    assert_eq!(sets_cookies(&client.get("/messages").await), [""; 0]);
}

#[tokio::test]
async fn i19_a_message_expires_after_ten_minutes() {
    for (seconds, text) in [(599, "hello"), (600, "")] {
        let site = Site::new();
        let mut client = site.client();
        client.post("/flash?text=hello", &[]).await;
        site.clock.advance(secs(seconds));
        assert_eq!(shown(&mut client).await, text, "after {seconds} seconds");
        assert!(client.cookies().is_empty());
    }
}

#[tokio::test]
async fn i19_a_forged_message_is_not_shown() {
    let site = Site::new();
    let mut client = site.client();
    client.post("/flash?text=hello", &[]).await;
    let (name, value) = client
        .cookies()
        .get("_flash")
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .unwrap();
    for at in 0..value.len() {
        let mut forged = value.clone().into_bytes();
        forged[at] = if forged[at] == b'x' { b'y' } else { b'x' };
        client
            .cookies()
            .set(&name, std::str::from_utf8(&forged).unwrap());
        assert_eq!(shown(&mut client).await, "", "byte {at}");
    }
}

#[tokio::test]
async fn i19_logout_drops_messages_but_not_those_added_there() {
    let site = Site::with_routes(
        |builder| builder,
        |router| router.route("/bye", axum::routing::post(bye)),
    );
    async fn bye(
        session: login_runtime::LoginSession<crate::users::User>,
        flash: login_runtime::Flash,
    ) -> Result<(), login_runtime::LoginError> {
        flash.flash("before", "message")?;
        session.logout_user().await?;
        flash.flash("after", "message")
    }
    let mut client = site.logged_in("").await;
    client.post("/flash?text=private", &[]).await;
    client.post("/bye", &[]).await;
    assert_eq!(shown(&mut client).await, "before|after");
    let mut client = site.logged_in("").await;
    client.post("/flash?text=private", &[]).await;
    client.post("/logout", &[]).await;
    assert!(client.cookies().is_empty());
    assert_eq!(shown(&mut client).await, "");
}

#[tokio::test]
async fn i19_login_as_another_user_drops_messages_and_as_the_same_or_the_first_keeps_them() {
    for (first, second, kept) in [
        ("user=1", "user=2", ""),
        ("user=1", "user=1", "hello"),
        ("", "user=1", "hello"),
    ] {
        let site = Site::new();
        let mut client = match first {
            "" => site.client(),
            first => site.logged_in(first).await,
        };
        client.post("/flash?text=hello", &[]).await;
        assert_eq!(
            client.post(&format!("/login?{second}"), &[]).await.status(),
            200
        );
        assert_eq!(shown(&mut client).await, kept, "{first} and then {second}");
    }
}

#[tokio::test]
async fn i19_a_login_that_does_not_happen_drops_nothing() {
    let site = Site::new();
    let mut client = site.logged_in("user=1").await;
    client.post("/flash?text=hello", &[]).await;
    assert_eq!(
        client.post("/login?user=2&status=500", &[]).await.status(),
        500
    );
    assert_eq!(who(&mut client).await, "ada");
    assert_eq!(shown(&mut client).await, "hello");
    site.faults.fail_at(2, login_tests::Fault::Error);
    client.post("/flash?text=hello", &[]).await;
    assert_eq!(client.post("/login?user=2", &[]).await.status(), 503);
    assert_eq!(shown(&mut client).await, "hello");
}

#[tokio::test]
async fn i19_the_same_message_waits_once() {
    let site = Site::new();
    let mut client = site.client();
    for _ in 0..5 {
        client.get("/dashboard").await;
    }
    assert_eq!(
        shown(&mut client).await,
        "Please log in to access this page."
    );
}

#[tokio::test]
async fn i19_text_that_would_overflow_two_kilobytes_is_dropped_and_the_refusal_stays() {
    let site = Site::with(|builder| builder.login_message("x".repeat(3000)));
    let response = site.client().get("/dashboard").await;
    assert_eq!(
        (response.status(), response.header("set-cookie")),
        (303, "")
    );
}
