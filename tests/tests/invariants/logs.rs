//! What the log says, and what it never says.

use login_runtime::testing::TestClient;
use login_tests::{Fault, Log};

use crate::{
    site::{Site, copy_of, from_another_browser, secs, who},
    users::ADA,
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
