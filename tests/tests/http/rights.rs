//! Roles and permissions: all or any of them, beside other guards, and every way to lack them.

use std::borrow::Cow;

use axum::{
    http::{
        HeaderName, StatusCode,
        header::{ACCEPT, LOCATION},
    },
    routing::any,
};
use login_runtime::{
    CurrentUser, LoginManager, LoginRequiredLayer, SecretKey, UserMixin, fresh_login_required,
    guarded::{Router, get},
    login_required, permissions_accepted, permissions_required, roles_accepted, roles_required,
    store::MemoryStore,
    testing::TestClient,
    user_loader,
};

use crate::staff::{ADMIN, EDITOR, PLAIN, Role, UNKNOWABLE, User, builder, log_in, manager, user};

#[roles_required("admin")]
async fn admin() {}

#[roles_required("desk_editor", "read-only")]
async fn both() {}

#[roles_accepted("admin", "read-only")]
async fn either() {}

#[roles_required(Role::Admin)]
async fn admin_by_enum() {}

#[roles_accepted(Role::Admin, Role::Guest)]
async fn either_by_enum() {}

#[permissions_required("orders:read", "orders:write")]
async fn write() {}

#[permissions_accepted("orders:read", "orders:write")]
async fn read() {}

#[login_required]
#[roles_accepted(Role::DeskEditor)]
#[roles_accepted(Role::Admin, "owner")]
#[permissions_required("orders:write")]
async fn everything(user: CurrentUser<User>) -> String {
    user.get_id().unwrap_or_default()
}

#[fresh_login_required(within = "10m")]
#[roles_required("admin")]
async fn fresh_admin() {}

const PAGES: [&str; 9] = [
    "/admin",
    "/admin-by-enum",
    "/both",
    "/either",
    "/either-by-enum",
    "/write",
    "/read",
    "/everything",
    "/fresh-admin",
];

fn app(manager: &LoginManager<User>) -> TestClient {
    let routes = Router::new()
        .route("/admin", get(admin))
        .route("/admin-by-enum", get(admin_by_enum))
        .route("/both", get(both))
        .route("/either", get(either))
        .route("/either-by-enum", get(either_by_enum))
        .route("/write", get(write))
        .route("/read", get(read))
        .route("/everything", get(everything))
        .route("/fresh-admin", get(fresh_admin));
    TestClient::new(routes.with_login(manager))
}

async fn allowed(client: &mut TestClient) -> Vec<&'static str> {
    let mut allowed = Vec::new();
    for page in PAGES {
        match client.get(page).await.status() {
            200 => allowed.push(page),
            403 => {}
            status => panic!("{page} answers {status}"),
        }
    }
    allowed
}

#[tokio::test]
async fn everybody_gets_what_their_roles_and_permissions_allow() {
    let manager = manager();
    let mut client = app(&manager);
    log_in(&mut client, &manager, PLAIN).await;
    assert_eq!(allowed(&mut client).await, [""; 0]);
    log_in(&mut client, &manager, EDITOR).await;
    let editors = ["/both", "/either", "/either-by-enum", "/read"];
    assert_eq!(allowed(&mut client).await, editors);
    log_in(&mut client, &manager, ADMIN).await;
    assert_eq!(allowed(&mut client).await, PAGES);
    assert_eq!(client.get("/everything").await.text(), "3");
}

#[tokio::test]
async fn the_anonymous_are_refused_as_by_login_required() {
    let manager = builder().login_view("/login").build().expect("settings");
    let mut client = app(&manager);
    for page in PAGES {
        let answer = client.get(page).await;
        assert_eq!(answer.status(), 303, "{page}");
        let expected = format!("/login?next=%2F{}", &page[1..]);
        assert_eq!(answer.header(LOCATION.as_str()), expected);
    }
    client.header(ACCEPT, "application/json");
    for page in PAGES {
        assert_eq!(client.get(page).await.status(), 401, "{page}");
    }
}

#[tokio::test]
async fn a_lookup_that_fails_is_503_and_never_403() {
    let manager = manager();
    let mut client = app(&manager);
    log_in(&mut client, &manager, UNKNOWABLE).await;
    for page in PAGES {
        assert_eq!(client.get(page).await.status(), 503, "{page}");
    }
    assert!(!client.cookies().is_empty(), "the login is still there");
}

#[tokio::test]
async fn who_lacks_the_role_is_not_asked_for_the_password() {
    let manager = manager();
    let mut client = app(&manager);
    for (id, expected) in [(PLAIN, 403), (ADMIN, 401)] {
        let stale = manager.test_login(&user(id)).fresh(false).await;
        client.add(&stale.expect("a login"));
        assert_eq!(client.get("/fresh-admin").await.status(), expected);
        let key = HeaderName::from_static("x-api-key");
        client.cookies().remove("_session");
        client.header(key.clone(), &id.to_string());
        assert_eq!(
            client.get("/fresh-admin").await.status(),
            expected,
            "a key is never fresh"
        );
        client.without_header(&key);
    }
}

#[tokio::test]
async fn the_forbidden_handler_answers_the_forbidden_alone() {
    async fn sorry(user: CurrentUser<User>) -> (StatusCode, String) {
        let id = user.get_id().unwrap_or_default();
        (StatusCode::FORBIDDEN, format!("not for you, {id}"))
    }
    let manager = builder().forbidden_handler(sorry).build();
    let manager = manager.expect("settings that agree");
    let mut client = app(&manager);
    assert_eq!(client.get("/admin").await.status(), 401);
    log_in(&mut client, &manager, EDITOR).await;
    let answer = client.get("/admin").await;
    assert_eq!((answer.status(), &*answer.text()), (403, "not for you, 2"));
    assert_eq!(client.get("/read").await.status(), 200);
}

#[tokio::test]
async fn programs_get_a_problem_document() {
    let manager = manager();
    let mut client = app(&manager);
    log_in(&mut client, &manager, PLAIN).await;
    let answer = client
        .header(ACCEPT, "application/json")
        .get("/admin")
        .await;
    assert_eq!(answer.status(), 403);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(
        answer.text().contains("\"status\":403"),
        "{}",
        answer.text()
    );
}

/// With roles, and without permissions, whoever it is.
#[derive(Clone)]
struct Clerk;

impl UserMixin for Clerk {
    const KIND: &'static str = "tests::Clerk";

    fn get_id(&self) -> String {
        "7".to_owned()
    }

    fn auth_hash(&self) -> Option<Cow<'_, [u8]>> {
        None
    }

    fn has_role(&self, role: &str) -> Option<bool> {
        Some(role == "clerk")
    }
}

#[user_loader]
async fn load_clerk(_id: u32) -> Option<Clerk> {
    Some(Clerk)
}

#[tokio::test]
async fn a_layer_gives_403_to_a_user_without_the_right_and_a_stranger_the_login_view() {
    let manager = LoginManager::builder(load_clerk, MemoryStore::new())
        .secret_key(SecretKey::generate().expect("random bytes"))
        .login_view("/login")
        .build()
        .expect("settings that agree");
    let guarded = |layer: LoginRequiredLayer| any(async || "in").layer(layer);
    let new = LoginRequiredLayer::new;
    let app = axum::Router::new()
        .route("/clerk", guarded(new().roles_required(["clerk"])))
        .route("/chief", guarded(new().roles_required(["clerk", "chief"])))
        .route("/either", guarded(new().roles_accepted(["chief", "clerk"])))
        .route(
            "/stale-chief",
            guarded(new().fresh().roles_required(["chief"])),
        )
        .route(
            "/permission",
            guarded(new().permissions_required(["write"])),
        )
        .layer(manager.layer());
    let mut stranger = TestClient::new(app.clone());
    let mut clerk = TestClient::new(app);
    clerk.add(
        &manager
            .test_login(&Clerk)
            .fresh(false)
            .await
            .expect("a login"),
    );
    for (path, status) in [
        ("/clerk", 200),
        ("/chief", 403),
        ("/either", 200),
        ("/stale-chief", 403),
        // These users have no permissions at all: a mistake of the program.
        ("/permission", 500),
    ] {
        assert_eq!(clerk.get(path).await.status(), status, "{path}");
        assert_eq!(stranger.get(path).await.status(), 303, "{path}");
    }
}

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct Simple {
    id: u32,
}

#[user_loader]
async fn load_simple(id: u32) -> Option<Simple> {
    Some(Simple { id })
}

#[tokio::test]
async fn users_who_can_have_no_roles_at_all_are_a_mistake_of_the_program() {
    let manager = LoginManager::builder(load_simple, MemoryStore::new())
        .secret_key(SecretKey::generate().expect("random bytes"))
        .build()
        .expect("settings that agree");
    // On a guarded router it would not compile.
    let routes = axum::Router::new()
        .route("/role", axum::routing::get(admin))
        .route("/permission", axum::routing::get(write));
    let mut client = TestClient::new(routes.layer(manager.layer()));
    assert_eq!(client.get("/role").await.status(), 401);
    let login = manager.test_login(&Simple { id: 1 }).await;
    client.add(&login.expect("a login"));
    assert_eq!(client.get("/role").await.status(), 500);
    assert_eq!(client.get("/permission").await.status(), 500);
}

#[test]
fn a_role_is_called_by_its_name() {
    let roles = [Role::Admin, Role::DeskEditor, Role::Guest];
    let names = ["admin", "desk_editor", "read-only"];
    for (role, name) in roles.into_iter().zip(names) {
        assert_eq!(role.as_str(), name);
        assert_eq!(role.to_string(), name);
        assert_eq!(name.parse(), Ok(role));
    }
    let unknown = "owner".parse::<Role>().expect_err("no such role");
    assert_eq!(unknown.to_string(), "there is no role `owner`");
    assert!(user(ADMIN).has_role("admin").expect("roles"));
}
