use login_runtime::UserMixin;

use login_runtime::{LoggedIn, login_required};

#[derive(UserMixin)]
struct User {
    id: i64,
}

#[login_required(user = User)]
async fn dashboard(user: LoggedIn<User>) -> String {
    user.get_id()
}

fn main() {}
