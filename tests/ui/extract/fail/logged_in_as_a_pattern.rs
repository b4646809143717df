use login_runtime::{LoggedIn, UserMixin, login_required};

#[derive(Clone, UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
}

#[login_required]
async fn page(LoggedIn(user): LoggedIn<User>) -> String {
    user.get_id()
}

fn main() {}
