use login_runtime::{UserMixin, user_loader};

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
}

#[user_loader]
static LOADER: Option<User> = None;

fn main() {}
