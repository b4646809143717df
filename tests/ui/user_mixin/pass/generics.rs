use std::{borrow::Cow, fmt::Display, marker::PhantomData};

use login_runtime::UserMixin;

#[derive(UserMixin)]
struct User<I, H = String, const N: usize = 4>
where
    I: Send + Sync + 'static,
    H: Send + Sync + 'static,
{
    #[login(id)]
    key: I,
    #[login(auth_hash)]
    hash: H,
    #[allow(unused)]
    tags: [u8; N],
}

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct Tagged<T: Send + Sync + 'static> {
    id: Cow<'static, str>,
    tag: PhantomData<T>,
}

// Only what has an id that can be written is a user.
fn id_of<I: Display + Send + Sync + 'static>(key: I) -> String {
    User { key, hash: "hash", tags: [] }.get_id()
}

fn main() {
    assert_eq!(id_of(7_u8), "7");
    assert_eq!(id_of("ada"), "ada");
    let user: User<i64> = User { key: 1, hash: "hash".to_owned(), tags: [0; 4] };
    assert_eq!(user.auth_hash().as_deref(), Some(&b"hash"[..]));
    assert_eq!(Tagged::<u8> { id: "x".into(), tag: PhantomData }.get_id(), "x");
}
