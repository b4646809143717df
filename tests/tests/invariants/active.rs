//! Users who are not active.

use crate::{
    site::{Site, who},
    users::ADA,
};

#[tokio::test]
async fn i15_active_is_checked_for_every_source_on_every_request() {
    let site = Site::new();
    let mut session = site.logged_in("").await;
    let mut remembered = site.logged_in("remember=true").await;
    remembered.cookies().remove("_session");
    let mut key = site.client();
    key.header("authorization".parse().unwrap(), "Bearer key-1");
    let mut forced = site.logged_in("force=true").await;
    site.clock.advance(crate::site::secs(100));
    site.users.edit(ADA, |user| user.active = false);
    for (client, refused) in [(&mut session, 303), (&mut remembered, 303), (&mut key, 401)] {
        assert_eq!(who(client).await, "anonymous");
        assert_eq!(client.get("/dashboard").await.status(), refused);
    }
    assert_eq!(who(&mut forced).await, "ada");
    site.users.edit(ADA, |user| user.active = true);
    for client in [&mut session, &mut remembered, &mut key] {
        assert_eq!(who(client).await, "ada");
    }
}

#[tokio::test]
async fn i15_an_inactive_user_is_logged_in_by_force_alone_and_stays_so() {
    let site = Site::new();
    site.users.edit(ADA, |user| user.active = false);
    let mut client = site.client();
    let response = client.post("/login", &[]).await;
    assert_eq!(
        (&*response.text(), response.header("set-cookie")),
        ("false", "")
    );
    assert!(site.store.is_empty().await);
    assert_eq!(
        client
            .post("/login?force=true&remember=true", &[])
            .await
            .text(),
        "true"
    );
    assert!(site.records(ADA).await[0].forced);
    assert_eq!(who(&mut client).await, "ada");
    client.post("/confirm", &[]).await;
    client.cookies().remove("_session");
    site.clock.advance(crate::site::secs(100));
    assert_eq!(who(&mut client).await, "ada", "after a restore as well");
    assert!(site.records(ADA).await[0].forced);
}
