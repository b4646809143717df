use std::borrow::Cow;

use login_runtime::UserMixin;

struct User;

impl UserMixin for User {
    fn get_id(&self) -> String {
        String::from("1")
    }

    fn auth_hash(&self) -> Option<Cow<'_, [u8]>> {
        None
    }
}

fn main() {}
