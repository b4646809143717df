use login_runtime::UserMixin;

#[derive(UserMixin)]
struct Everything {
    #[login(id)]
    name: String,
    #[login(active)]
    enabled: bool,
    #[login(auth_hash)]
    password_hash: String,
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct ByName {
    #[allow(unused)]
    name: String,
    id: u32,
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct AnotherId {
    #[allow(unused)]
    id: u32,
    #[login(id)]
    email: String,
}

#[derive(UserMixin)]
struct Tuple(#[login(auth_hash)] Vec<u8>, #[login(id)] u128, #[login(active)] bool);

#[derive(UserMixin)]
struct Key {
    #[login(id, auth_hash)]
    r#type: String,
}

mod elsewhere {
    use login_runtime::UserMixin;

    #[derive(UserMixin)]
    #[login(no_auth_hash)]
    pub struct Everything {
        id: u32,
    }

    #[derive(UserMixin)]
    #[login(no_auth_hash)]
    pub struct r#Type {
        id: u32,
    }

    #[derive(UserMixin)]
    #[login(no_auth_hash, kind = "shop::Customer")]
    pub struct Kept {
        id: u32,
    }
}

fn main() {
    let user =
        Everything { name: "ada".into(), enabled: false, password_hash: "$argon2id$".into() };
    assert_eq!(user.get_id(), "ada");
    assert_eq!(user.auth_hash().as_deref(), Some(&b"$argon2id$"[..]));
    assert!(!user.is_active());
    assert_eq!(Everything::KIND, concat!(module_path!(), "::Everything"));

    let user = ByName { name: "ada".into(), id: 7 };
    assert_eq!(user.get_id(), "7");
    assert_eq!(user.auth_hash(), None);
    assert!(user.is_active());

    assert_eq!(AnotherId { id: 7, email: "ada@example.com".into() }.get_id(), "ada@example.com");

    let user = Tuple(vec![1], 2, true);
    assert_eq!((user.get_id().as_str(), user.is_active()), ("2", true));
    assert_eq!(user.auth_hash().as_deref(), Some(&[1][..]));

    let user = Key { r#type: "k".into() };
    assert_eq!(user.get_id().as_bytes(), user.auth_hash().unwrap().as_ref());

    // The same name in another module is another kind; a kind that is said goes with the type.
    assert_ne!(Everything::KIND, elsewhere::Everything::KIND);
    assert_eq!(elsewhere::Everything::KIND, concat!(module_path!(), "::elsewhere::Everything"));
    assert_eq!(elsewhere::r#Type::KIND, concat!(module_path!(), "::elsewhere::Type"));
    assert_eq!(elsewhere::Kept::KIND, "shop::Customer");
}
