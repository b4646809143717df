//! Settings that contradict each other are errors, with a sentence that helps.

use login_runtime::{BuildError, LoginManager, SessionProtection};
use login_tests::FaultyStore;

use crate::{
    site::{Builder, Site, key, secs, who},
    users::{User, Users, load_by_key, load_user},
};

fn build(edit: impl FnOnce(Builder) -> Builder) -> Result<LoginManager<User>, BuildError> {
    let builder = LoginManager::builder(load_user, FaultyStore::memory()).secret_key(key(1));
    edit(builder).with_state::<()>(Users::new()).build()
}

#[test]
fn i09_limits_that_contradict_each_other_are_build_errors() {
    type Edit = fn(Builder) -> Builder;
    let minute = 60;
    let wrong: [(Edit, &str); 12] = [
        (
            |it| it.idle_timeout(secs(0)),
            "idle timeout is at least 1 second",
        ),
        (
            |it| it.absolute_timeout(secs(0)),
            "absolute timeout is at least 1 second",
        ),
        (
            |it| it.remember_duration(secs(0)),
            "remember duration is at least 1 second",
        ),
        (
            |it| it.fresh_for(secs(0)),
            "freshness lasts at least 1 second",
        ),
        (|it| it.idle_timeout(secs(90_000)), "absolute_timeout"),
        (|it| it.fresh_for(secs(90_000)), "fresh_for"),
        (|it| it.remember_duration(secs(401 * 86_400)), "400 days"),
        (|it| it.remember_grace(secs(59)), "remember_grace"),
        (|it| it.clock_skew(secs(31)), "clock_skew"),
        (|it| it.clock_skew(std::time::Duration::MAX), "clock_skew"),
        (|it| it.remember_duration(secs(60)), "remember_grace"),
        (|it| it.touch_interval(secs(901)), "touch_interval"),
    ];
    for (index, (edit, word)) in wrong.into_iter().enumerate() {
        let error = build(edit).unwrap_err().to_string();
        assert!(error.contains(word), "{index}: {error}");
    }
    assert!(build(|it| it.touch_interval(secs(900)).remember_grace(secs(minute))).is_ok());
}

#[test]
fn addresses_that_are_none_are_build_errors() {
    for view in [
        "login",
        "//evil.example",
        "",
        "/a b",
        "/\n",
        "ftp://a",
        "javascript:alert(1)",
    ] {
        assert!(build(|it| it.login_view(view)).is_err(), "{view:?}");
        assert!(build(|it| it.refresh_view(view)).is_err(), "{view:?}");
    }
    for origin in [
        "example.com",
        "https://",
        "https://a/b",
        "https://a?b",
        "",
        "https://a b",
    ] {
        assert!(build(|it| it.trusted_origin(origin)).is_err(), "{origin:?}");
        assert!(
            build(|it| it.force_host_for_redirects(origin)).is_err(),
            "{origin:?}"
        );
    }
    let good = build(|it| {
        it.login_view("https://id.example/login")
            .trusted_origin("https://a.example:8443")
    });
    assert!(good.is_ok());
}

#[tokio::test]
async fn a_manager_may_have_request_loaders_alone_but_not_nothing() {
    let builder =
        || LoginManager::<User>::builder_from_requests(FaultyStore::memory()).secret_key(key(1));
    let error = builder()
        .with_state::<()>(Users::new())
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("request_loader"), "{error}");
    assert!(
        builder()
            .request_loader(load_by_key)
            .with_state::<()>(Users::new())
            .build()
            .is_ok()
    );
}

#[tokio::test]
async fn redirects_stay_on_the_forced_origin_whatever_host_was_sent() {
    let site = Site::with(|builder| builder.force_host_for_redirects("https://site.example"));
    let mut client = site.client();
    client.header("host".parse().unwrap(), "evil.example");
    let response = client.get("/dashboard").await;
    assert_eq!(
        response.header("location"),
        "https://site.example/login?next=%2Fdashboard"
    );
}

#[tokio::test]
async fn a_restart_with_other_settings_keeps_or_refuses_logins_and_deletes_none() {
    let site = Site::with(|builder| builder.session_protection(SessionProtection::Off));
    let mut client = site.logged_in("").await;
    let basic = site.restarted(|builder| builder);
    let mut moved = basic.client();
    moved.add(&client.cookies().clone());
    // No identifier was kept, so nobody can say that it is the same client.
    assert_eq!(who(&mut moved).await, "ada");
    assert_eq!(moved.get("/fresh").await.status(), 303);
    assert_eq!(moved.post("/confirm", &[]).await.status(), 200);
    assert_eq!(moved.get("/fresh").await.status(), 200);
}
