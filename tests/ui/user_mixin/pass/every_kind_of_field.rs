use std::{
    collections::{BTreeSet, HashSet},
    ops::Deref,
    sync::Arc,
};

use login_runtime::{HasPermissions, HasRoles, Role, UserMixin};

#[derive(Clone, Copy, Role)]
enum Rank {
    Admin,
    Guest,
}

/// As `sqlx::types::Json` and others: it derefs to what it holds.
struct Json<T>(T);

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

macro_rules! users {
    ($($name:ident: $roles:ty, $permissions:ty, $hash:ty;)*) => {
        $(#[derive(UserMixin)]
        struct $name {
            id: u8,
            #[login(roles)]
            roles: $roles,
            #[login(permissions)]
            permissions: $permissions,
            #[login(auth_hash)]
            hash: $hash,
        })*
    };
}

users! {
    Single: Rank, String, Option<String>;
    Collections: Vec<Rank>, HashSet<String>, Vec<u8>;
    Behind: Json<Vec<Rank>>, Json<String>, Option<[u8; 2]>;
    Shared: Arc<[Rank]>, &'static [&'static str], &'static str;
    Boxed: Box<[Rank]>, Box<str>, Option<&'static str>;
    Optional: Option<Rank>, BTreeSet<&'static str>, Arc<str>;
    Derefs: Json<[Rank; 1]>, Json<Arc<str>>, Option<Arc<str>>;
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct Disabled {
    id: u8,
    #[login(active = Option::is_none)]
    disabled_at: Option<std::time::SystemTime>,
}

#[derive(UserMixin)]
#[login(no_auth_hash, active = may_log_in)]
struct Locked {
    id: u8,
    attempts: u8,
}

fn may_log_in(user: &Locked) -> bool {
    user.attempts < 3
}

#[derive(UserMixin)]
#[login(no_auth_hash, active = Method::may_log_in)]
struct Method {
    id: u8,
}

impl Method {
    fn may_log_in(&self) -> bool {
        self.id > 0
    }
}

fn check(user: &(impl UserMixin + HasRoles + HasPermissions), hash: &[u8]) {
    assert_eq!(user.get_id(), "1");
    assert_eq!((user.has_role("admin"), user.has_role("guest")), (Some(true), Some(false)));
    assert_eq!(user.has_permission("read"), Some(true));
    assert_eq!(user.has_permission("rea"), Some(false));
    assert_eq!(user.auth_hash().as_deref(), Some(hash));
}

fn main() {
    let read = || "read".to_owned();
    let admin = || vec![Rank::Admin];
    let _ = Rank::Guest;
    check(&Single { id: 1, roles: Rank::Admin, permissions: read(), hash: Some("h".into()) }, b"h");
    let permissions = HashSet::from([read()]);
    check(&Collections { id: 1, roles: admin(), permissions, hash: vec![1] }, &[1]);
    let permissions = Json(read());
    check(&Behind { id: 1, roles: Json(admin()), permissions, hash: Some([1, 2]) }, &[1, 2]);
    let roles = admin().into();
    check(&Shared { id: 1, roles, permissions: &["read"], hash: "h" }, b"h");
    let roles = admin().into();
    check(&Boxed { id: 1, roles, permissions: read().into(), hash: Some("h") }, b"h");
    let permissions = BTreeSet::from(["read"]);
    check(&Optional { id: 1, roles: Some(Rank::Admin), permissions, hash: "h".into() }, b"h");
    let (roles, permissions) = (Json([Rank::Admin]), Json(Arc::from("read")));
    check(&Derefs { id: 1, roles, permissions, hash: Some("h".into()) }, b"h");

    // Nobody's hash is no hash, and like no other one.
    let of = |hash: Option<&'static str>| {
        let user = Boxed { id: 1, roles: Box::new([]), permissions: read().into(), hash };
        user.auth_hash().unwrap().into_owned()
    };
    assert!(of(None) != of(Some("")) && of(None) == of(None));

    let now = std::time::SystemTime::now();
    assert!(Disabled { id: 1, disabled_at: None }.is_active());
    assert!(!Disabled { id: 1, disabled_at: Some(now) }.is_active());
    assert!(Locked { id: 1, attempts: 2 }.is_active() && !Locked { id: 1, attempts: 3 }.is_active());
    assert!(Method { id: 1 }.is_active() && !UserMixin::is_active(&Method { id: 0 }));
}
