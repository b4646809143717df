//! `current_user.has_role(..)` in a template: as a guard would decide, and a name that no role has
//! is an error.

use std::sync::Arc;

use axum::{Router, extract::Path, http::StatusCode, routing::get};
use login_runtime::{
    LoginManager, Role, SecretKey, Templates, UserMixin, store::MemoryStore, testing::TestClient,
    user_loader,
};
use minijinja::Environment;

#[derive(Clone, Copy, Role)]
enum Role {
    Admin,
    #[role(name = "read-only")]
    Guest,
}

#[derive(Clone, UserMixin, serde::Serialize)]
#[login(no_auth_hash)]
struct User {
    id: u32,
    #[login(roles)]
    #[serde(skip)]
    roles: Vec<Role>,
    #[login(permissions)]
    permissions: Vec<String>,
}

/// Whose roles are text, and who have no permissions.
#[derive(Clone, UserMixin, serde::Serialize)]
#[login(no_auth_hash)]
struct Member {
    id: u32,
    #[login(roles)]
    role: String,
}

fn user(id: u32) -> User {
    User {
        id,
        roles: vec![Role::Guest],
        permissions: vec!["orders:read".to_owned()],
    }
}

#[user_loader]
async fn load_user(id: u32) -> Option<User> {
    Some(user(id))
}

fn member(id: u32) -> Member {
    let role = "chair".to_owned();
    Member { id, role }
}

#[user_loader]
async fn load_member(id: u32) -> Option<Member> {
    Some(member(id))
}

type Pages = Arc<Environment<'static>>;

const PAGES: [(&str, &str); 7] = [
    ("guest", "{{ current_user.has_role('read-only') }}"),
    ("admin", "{{ current_user.has_role('admin') }}"),
    ("orders", "{{ current_user.has_permission('orders:read') }}"),
    ("misspelt", "{{ current_user.has_role('admni') }}"),
    ("chair", "{{ current_user.has_role('chair') }}"),
    ("two", "{{ current_user.has_role('admin', 'read-only') }}"),
    ("none", "{{ current_user.has_role() }}"),
];

async fn page<U: UserMixin + serde::Serialize>(
    Path(name): Path<String>,
    templates: Templates<U>,
) -> Result<String, (StatusCode, String)> {
    let page = templates.render(&name, ());
    page.map(|page| page.0)
        .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

fn client<U: UserMixin + serde::Serialize>(manager: &LoginManager<U>) -> TestClient {
    let mut pages = Environment::new();
    for (name, source) in PAGES {
        pages.add_template(name, source).expect("a valid template");
    }
    let app = Router::new()
        .route("/{name}", get(page::<U>))
        .with_state::<()>(Pages::new(pages))
        .layer(manager.layer());
    TestClient::new(app)
}

fn key() -> SecretKey {
    SecretKey::generate().expect("random bytes")
}

#[tokio::test]
async fn a_template_asks_as_a_guard_does() {
    let manager = LoginManager::builder(load_user, MemoryStore::new()).secret_key(key());
    let manager = manager.build().expect("settings that agree");
    let mut client = client(&manager);
    for page in ["/guest", "/admin", "/orders"] {
        assert_eq!(client.get(page).await.text(), "False", "{page}");
    }
    client.add(&manager.test_login(&user(1)).await.expect("a login"));
    for (page, expected) in [("/guest", "True"), ("/admin", "False"), ("/orders", "True")] {
        assert_eq!(client.get(page).await.text(), expected, "{page}");
    }
}

#[tokio::test]
async fn a_role_that_nobody_can_have_is_an_error_that_names_it() {
    let manager = LoginManager::builder(load_user, MemoryStore::new()).secret_key(key());
    let manager = manager.build().expect("settings that agree");
    let mut client = client(&manager);
    let login = manager.test_login(&user(1)).await.expect("a login");
    // Whoever asks: a misspelt name is not to wait for the first admin.
    for logged_in in [false, true] {
        if logged_in {
            client.add(&login);
        }
        let answer = client.get("/misspelt").await;
        assert_eq!(answer.status(), 500);
        let expected = "there is no role `admni`, only `admin`, `read-only`";
        assert!(answer.text().contains(expected), "{}", answer.text());
        for page in ["/two", "/none"] {
            assert_eq!(client.get(page).await.status(), 500, "{page}");
        }
    }
}

#[tokio::test]
async fn text_can_be_any_role_and_no_permissions_are_a_mistake() {
    let manager = LoginManager::builder(load_member, MemoryStore::new()).secret_key(key());
    let manager = manager.build().expect("settings that agree");
    let mut client = client(&manager);
    client.add(&manager.test_login(&member(1)).await.expect("a login"));
    assert_eq!(client.get("/chair").await.text(), "True");
    assert_eq!(client.get("/misspelt").await.text(), "False");
    let answer = client.get("/orders").await;
    assert_eq!(answer.status(), 500);
    assert!(
        answer.text().contains("these users have no permissions"),
        "{}",
        answer.text()
    );
}

#[test]
fn an_enum_of_roles_is_known_however_it_is_kept() {
    struct Json<T>(T);

    impl<T> std::ops::Deref for Json<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }

    macro_rules! check {
        ($($roles:ty => $known:expr;)*) => {
            $({
                #[derive(UserMixin)]
                #[login(no_auth_hash)]
                struct User {
                    id: u8,
                    #[login(roles)]
                    roles: $roles,
                }
                let expected: Option<&[&str]> = $known;
                assert_eq!(User::all_roles(), expected, stringify!($roles));
                assert_eq!(User::all_permissions(), None);
            })*
        };
    }

    let known = Some(&["admin", "read-only"][..]);
    check! {
        Role => known;
        Option<Role> => known;
        Vec<Role> => known;
        [Role; 2] => known;
        Box<[Role]> => known;
        Arc<[Role]> => known;
        Arc<Role> => known;
        &'static [Role] => known;
        Json<Vec<Role>> => known;
        Json<Role> => known;
        String => None;
        Vec<String> => None;
        &'static [&'static str] => None;
        Json<Vec<String>> => None;
        Arc<str> => None;
    }
}
