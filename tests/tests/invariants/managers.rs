//! Several managers, in one application and in one test run: they never meet.

use axum::{
    Router,
    routing::{get, post},
};
use login_runtime::{
    CurrentUser, FlashedMessages, LoggedIn, LoginManager, LoginRequiredLayer, LoginSession,
    UserMixin, login_required, request_loader,
    store::LoginStore,
    testing::{ManualClock, TestClient},
    user_loader,
};

use login_tests::{Faults, FaultyStore, Log};

use crate::{
    site::{START, key},
    test_store::TestStore,
    users::{ADA, User, Users},
};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct Admin {
    id: u64,
}

#[user_loader]
async fn load_admin(id: u64) -> Option<Admin> {
    Some(Admin { id })
}

#[user_loader]
async fn load_ada(id: u64) -> Option<User> {
    (id == ADA).then(|| Users::new().get(ADA))
}

struct Both {
    users: LoginManager<User>,
    admins: LoginManager<Admin>,
    app: Router,
    store: TestStore,
    faults: Faults,
}

fn managers(
    realm: &str,
    store: &FaultyStore<impl LoginStore + Clone>,
) -> (LoginManager<User>, LoginManager<Admin>) {
    let users = LoginManager::builder(load_ada, store.clone())
        .secret_key(key(1))
        .clock(ManualClock::at(START))
        .login_view("/login")
        .build();
    let admins = LoginManager::builder(load_admin, store.clone())
        .secret_key(key(1))
        .clock(ManualClock::at(START))
        .realm(realm)
        .login_view("/admin/login")
        .build();
    (users.unwrap(), admins.unwrap())
}

fn both() -> Both {
    let store = TestStore::new();
    let faults = Faults::default();
    let (users, admins) = managers("admin", &FaultyStore::new(store.clone(), &faults));
    #[login_required(user = User)]
    async fn user() {}
    #[login_required(user = Admin)]
    async fn admin() {}
    #[login_required]
    async fn anyone() {}
    let app = Router::new()
        .route("/user", get(user))
        .route("/admin", get(admin))
        .route("/anyone", get(anyone))
        .route(
            "/layered",
            get(async || ()).layer(LoginRequiredLayer::new()),
        )
        .route(
            "/admin-layered",
            get(async || ()).layer(LoginRequiredLayer::new().user::<Admin>()),
        )
        .route("/who", get(who))
        .route("/admin-logout", post(admin_logout))
        .route("/messages", get(messages))
        .layer(admins.layer())
        .layer(users.layer());
    Both {
        users,
        admins,
        app,
        store,
        faults,
    }
}

async fn who(user: CurrentUser<User>, admin: CurrentUser<Admin>) -> String {
    format!("{:?} {:?}", user.get_id(), admin.get_id())
}

async fn admin_logout(session: LoginSession<Admin>, _: LoggedIn<Admin>) {
    session.logout_user().await.unwrap();
}

async fn messages(messages: FlashedMessages) -> String {
    messages.iter().count().to_string()
}

#[tokio::test]
async fn i03_two_managers_in_one_application_never_meet() {
    let both = both();
    let mut client = TestClient::new(both.app.clone());
    client.add(
        &both
            .users
            .test_login(&Users::new().get(ADA))
            .remember(true)
            .await
            .unwrap(),
    );
    assert_eq!(client.get("/who").await.text(), "Some(\"1\") None");
    assert_eq!(
        client.get("/admin").await.header("location"),
        "/admin/login?next=%2Fadmin"
    );
    assert_eq!(client.get("/admin-layered").await.status(), 303);
    client.add(
        &both
            .admins
            .test_login(&Admin { id: 1 })
            .remember(true)
            .await
            .unwrap(),
    );
    assert_eq!(client.get("/who").await.text(), "Some(\"1\") Some(\"1\")");
    for realm in [both.users.store_realm(), both.admins.store_realm()] {
        assert_eq!(both.store.len_of(realm).await, 1, "{realm}");
    }
    // The same user id, the same store: ending one leaves the other alone.
    assert_eq!(client.post("/admin-logout", &[]).await.status(), 200);
    assert_eq!(client.get("/who").await.text(), "Some(\"1\") None");
    assert_eq!(both.admins.end_logins_of("1").await.unwrap(), 0);
    assert_eq!(both.users.end_logins_of("1").await.unwrap(), 1);
    assert_eq!(client.get("/who").await.text(), "None None");
}

#[tokio::test]
async fn i03_a_cookie_of_one_manager_is_nothing_to_the_other() {
    let both = both();
    let mut cookies = both
        .users
        .test_login(&Users::new().get(ADA))
        .remember(true)
        .await
        .unwrap();
    let mut client = TestClient::new(both.app);
    for name in ["session", "remember"] {
        let value = cookies.get(name).unwrap().1.to_owned();
        client
            .cookies()
            .set(&format!("__Host-admin_{name}"), &value);
        assert!(cookies.remove(name));
    }
    both.faults.forget();
    assert_eq!(client.get("/who").await.text(), "None None");
    assert_eq!(client.get("/admin").await.status(), 303);
    assert_eq!(both.faults.calls(), [], "its signature is wrong there");
}

#[tokio::test]
async fn i03_an_untyped_guard_under_two_managers_is_a_500() {
    let both = both();
    let mut client = TestClient::new(both.app);
    client.add(&both.users.test_login(&Users::new().get(ADA)).await.unwrap());
    for path in ["/anyone", "/layered"] {
        assert_eq!(client.get(path).await.status(), 500, "{path}");
    }
    assert_eq!(client.get("/user").await.status(), 200);
}

#[tokio::test]
async fn i13_what_is_missing_is_a_500_and_the_log_says_what_to_add() {
    #[login_required(user = Admin)]
    async fn desk() {}
    #[login_required]
    async fn untyped() {}
    let (users, admins) = managers("admin", &FaultyStore::memory());
    let routes = || {
        Router::new()
            .route("/desk", get(desk))
            .route("/untyped", get(untyped))
            .route("/extracted", get(async |_: LoggedIn<Admin>| ()))
            .route("/asked", get(async |_: CurrentUser<Admin>| ()))
    };
    let one = || routes().layer(users.layer());
    let two = || one().layer(admins.layer());
    let no_layer = "add `.layer(login_manager.layer())`";
    let no_manager = "Admin` in front of this handler: add the layer of a";
    for (app, path, expected) in [
        (routes(), "/untyped", no_layer),
        (routes(), "/desk", no_layer),
        (routes(), "/extracted", no_layer),
        (one(), "/desk", no_manager),
        (one(), "/extracted", no_manager),
        (one(), "/asked", no_manager),
        (two(), "/untyped", "`#[login_required(user = Admin)]`"),
    ] {
        Log::begin();
        let status = TestClient::new(app).get(path).await.status();
        let log = Log::lines("ERROR");
        assert_eq!(status, 500, "{path}: {log}");
        assert_eq!(log.matches(expected).count(), 1, "{path}: {log}");
    }
    Log::begin();
    assert_eq!(TestClient::new(two()).get("/desk").await.status(), 303);
    assert_eq!(Log::lines("ERROR"), "");
}

#[tokio::test]
async fn i03_messages_of_both_managers_are_shown_together() {
    let both = both();
    let mut client = TestClient::new(both.app);
    assert_eq!(client.get("/user").await.status(), 303);
    assert_eq!(client.get("/admin").await.status(), 303);
    assert_eq!(client.get("/messages").await.text(), "2");
    assert!(client.cookies().is_empty());
}

#[tokio::test]
async fn i03_a_second_manager_has_to_be_named() {
    let store = FaultyStore::memory();
    let (users, admins) = managers("login", &store);
    let app = Router::new()
        .route("/who", get(who))
        .layer(admins.layer())
        .layer(users.layer());
    assert_eq!(TestClient::new(app).get("/who").await.status(), 500);
    // The same manager twice is one.
    let page = get(async |user: CurrentUser<User>| user.is_anonymous().to_string());
    let app = Router::new()
        .route("/", page)
        .layer(users.layer())
        .layer(users.clone().layer());
    let mut client = TestClient::new(app);
    client.add(&users.test_login(&Users::new().get(ADA)).await.unwrap());
    assert_eq!(client.get("/").await.text(), "false");
    for realm in ["", "Admin", "a b", "a;b", &"x".repeat(33)] {
        let built = LoginManager::builder(load_admin, FaultyStore::memory())
            .secret_key(key(1))
            .realm(realm)
            .build();
        assert!(built.is_err(), "{realm:?}");
    }
}

#[tokio::test]
async fn i03_managers_of_two_applications_share_nothing() {
    let (one, two) = (both(), both());
    let cookies = one
        .users
        .test_login(&Users::new().get(ADA))
        .remember(true)
        .await
        .unwrap();
    let mut client = TestClient::new(two.app);
    client.add(&cookies);
    // The same key and realm, so the cookie is good; the record is in the other's store.
    assert_eq!(client.get("/who").await.text(), "None None");
    let mut client = TestClient::new(one.app);
    client.add(&cookies);
    assert_eq!(client.get("/who").await.text(), "Some(\"1\") None");
}

#[request_loader(query = "user_key")]
async fn load_user_by_key(_: String) -> Option<User> {
    None
}

#[request_loader(query = "admin_key")]
async fn load_admin_by_key(_: String) -> Option<Admin> {
    None
}

#[tokio::test]
async fn i11_next_has_no_key_of_any_manager_around_or_inside() {
    #[login_required(user = User)]
    async fn user() {}
    #[login_required(user = Admin)]
    async fn admin() {}
    let users = LoginManager::builder(load_ada, FaultyStore::memory())
        .secret_key(key(1))
        .request_loader(load_user_by_key)
        .login_view("/login")
        .build()
        .unwrap();
    let admins = LoginManager::builder(load_admin, FaultyStore::memory())
        .secret_key(key(1))
        .realm("admin")
        .request_loader(load_admin_by_key)
        .login_view("/admin/login")
        .build()
        .unwrap();
    let routes = Router::new()
        .route("/user", get(user))
        .route("/admin", get(admin));
    let users_inside = routes.clone().layer(users.layer()).layer(admins.layer());
    let admins_inside = routes.layer(admins.layer()).layer(users.layer());
    for app in [users_inside, admins_inside] {
        let mut browser = TestClient::new(app);
        for (path, location) in [
            // Each refuses a request that carries the other's key.
            ("/user?a=1&admin_key=s3cret", "/login?next=%2Fuser%3Fa%3D1"),
            (
                "/admin?user_key=s3cret&a=1",
                "/admin/login?next=%2Fadmin%3Fa%3D1",
            ),
        ] {
            let answer = browser.get(path).await;
            assert_eq!(
                (answer.status(), answer.header("location")),
                (303, location)
            );
        }
        let answer = browser.get("/user?user_key=s3cret&admin_key=s3cret").await;
        assert_eq!((answer.status(), answer.header("location")), (401, ""));
        assert!(!answer.text().contains("s3cret"), "{}", answer.text());
    }
}
