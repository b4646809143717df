//! A cookie that is longer than browsers keep: one fault, with one status, which changes nothing.

use std::sync::{Arc, OnceLock};

use axum::{Router, routing::post};
use login_runtime::{
    CurrentUser, LoginError, LoginSession,
    store::{CookieStore, MemoryStore},
    testing::TestClient,
};
use login_tests::Faults;

use crate::{
    site::{Site, sets_cookies, who},
    users::{ADA, User, Users},
};

/// More than any cookie has room for.
const TOO_MUCH: usize = 4096;

/// A site, with routes on which the login outgrows its cookies while the handler is at work.
fn site(in_cookies: bool) -> Site {
    let faults: Arc<OnceLock<Faults>> = Arc::default();
    let grow = |faults: &Arc<OnceLock<Faults>>| {
        let faults = Arc::clone(faults);
        move || faults.get().expect("a site").carry(TOO_MUCH)
    };
    let (at_confirm, at_restore) = (grow(&faults), grow(&faults));
    let confirm = async move |session: LoginSession<User>| {
        session.confirm_login(&Users::new().get(ADA)).await?;
        at_confirm();
        Ok::<_, LoginError>(())
    };
    let restore = async move |_: CurrentUser<User>| at_restore();
    let routes = |router: Router<Users>| {
        router
            .route("/confirm-and-grow", post(confirm))
            .route("/restore-and-grow", post(restore))
    };
    let site = match in_cookies {
        true => Site::on(
            CookieStore::new(),
            MemoryStore::new(),
            &Users::new(),
            |builder| builder,
            routes,
        ),
        false => Site::with_routes(|builder| builder, routes),
    };
    let _ = faults.set(site.faults.clone());
    site
}

/// The request fails as one that the program has to answer for, and leaves everything as it was.
async fn fails(site: &Site, client: &mut TestClient, path: &str) {
    let (cookies, records) = (client.cookies().clone(), site.records(ADA).await);
    let response = client.post(path, &[]).await;
    assert_eq!(
        (response.status(), sets_cookies(&response)),
        (500, Vec::new()),
        "{path}: {}",
        response.text()
    );
    assert_eq!(*client.cookies(), cookies, "{path}");
    assert_eq!(site.records(ADA).await, records, "{path}");
}

#[tokio::test]
async fn i08_a_login_that_does_not_fit_is_refused_wherever_its_cookies_are_made() {
    for in_cookies in [false, true] {
        let site = site(in_cookies);
        let mut client = site.logged_in("remember=true").await;
        let mut restored = client.clone();
        restored.cookies().remove("_session");
        site.faults.carry(TOO_MUCH);
        fails(&site, &mut client, "/login").await;
        fails(&site, &mut client, "/login?remember=true").await;
        fails(&site, &mut client, "/confirm").await;
        fails(&site, &mut restored, "/dashboard").await;
        fails(&site, &mut restored, "/logout-others").await;
        site.faults.forget();
        assert_eq!(who(&mut client).await, "ada");
        assert_eq!(who(&mut restored).await, "ada");
    }
}

#[tokio::test]
async fn i08_a_login_that_outgrows_its_cookies_after_the_handler_is_no_other_fault() {
    let site = site(false);
    let mut client = site.logged_in("remember=true").await;
    fails(&site, &mut client, "/confirm-and-grow").await;
    site.faults.forget();
    client.cookies().remove("_session");
    let response = client.post("/restore-and-grow", &[]).await;
    assert_eq!(
        (response.status(), sets_cookies(&response)),
        (500, Vec::new())
    );
    site.faults.forget();
    assert_eq!(who(&mut client).await, "ada");
}

#[tokio::test]
async fn i08_messages_that_do_not_fit_are_an_error_to_the_caller() {
    let site = Site::new();
    let mut client = site.client();
    let long = "x".repeat(2900);
    assert_eq!(
        client
            .post(&format!("/flash?text={long}"), &[])
            .await
            .status(),
        200
    );
    let kept = client.cookies().clone();
    let longer = "y".repeat(200);
    let response = client.post(&format!("/flash?text={longer}"), &[]).await;
    assert_eq!(
        (response.status(), response.header("set-cookie")),
        (500, "")
    );
    assert_eq!(client.cookies().clone(), kept);
    assert!(sets_cookies(&client.get("/messages").await)[0].len() < 4096);
}
