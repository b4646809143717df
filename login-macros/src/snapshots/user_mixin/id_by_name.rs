#[login(no_auth_hash)]
#[login(crate = crate::login)]
pub(crate) struct User {
    pub(crate) id: i64,
}
