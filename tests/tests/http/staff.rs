//! People with roles and permissions, for the tests of guards.

use login_runtime::{
    LoginManager, LoginManagerBuilder, Role, SecretKey, UserMixin, request_loader,
    store::{LoginStore, MemoryStore},
    testing::TestClient,
    user_loader,
};

#[derive(Clone, Copy, Debug, PartialEq, Role)]
pub(crate) enum Role {
    Admin,
    DeskEditor,
    #[role(name = "read-only")]
    Guest,
}

#[derive(Clone, Debug, UserMixin)]
#[login(no_auth_hash)]
pub(crate) struct User {
    pub(crate) id: u32,
    #[login(roles)]
    roles: Vec<Role>,
    #[login(permissions)]
    permissions: Vec<&'static str>,
}

/// Nobody of note.
pub(crate) const PLAIN: u32 = 1;
/// With the roles `desk_editor` and `read-only`, and the permission `orders:read`.
pub(crate) const EDITOR: u32 = 2;
/// With every role and both permissions.
pub(crate) const ADMIN: u32 = 3;
/// Whose roles cannot be looked up.
pub(crate) const UNKNOWABLE: u32 = 4;

pub(crate) fn user(id: u32) -> User {
    let (roles, permissions) = match id {
        EDITOR => (vec![Role::DeskEditor, Role::Guest], vec!["orders:read"]),
        ADMIN => (
            vec![Role::Admin, Role::DeskEditor, Role::Guest],
            vec!["orders:read", "orders:write"],
        ),
        _ => (Vec::new(), Vec::new()),
    };
    User {
        id,
        roles,
        permissions,
    }
}

/// Roles are loaded together with the user, so a failing lookup is a failing loader.
#[user_loader]
async fn load_user(id: u32) -> Result<Option<User>, std::io::Error> {
    match id {
        UNKNOWABLE => Err(std::io::Error::other("the table of roles is away")),
        id => Ok(Some(user(id))),
    }
}

#[request_loader(header = "x-api-key")]
async fn load_by_key(id: u32) -> Option<User> {
    Some(user(id))
}

pub(crate) fn builder() -> LoginManagerBuilder<User> {
    builder_on(MemoryStore::new())
}

pub(crate) fn builder_on(store: impl LoginStore) -> LoginManagerBuilder<User> {
    LoginManager::builder(load_user, store)
        .request_loader(load_by_key)
        .secret_key(SecretKey::generate().expect("random bytes"))
}

pub(crate) fn manager() -> LoginManager<User> {
    builder().build().expect("settings that agree")
}

/// Gives the client the login of a user, in place of what it had.
pub(crate) async fn log_in(client: &mut TestClient, manager: &LoginManager<User>, id: u32) {
    let login = manager.test_login(&user(id)).await;
    client.add(&login.expect("a login"));
}
