use login_runtime::login_required;

#[derive(login_runtime::UserMixin)]
#[login(no_auth_hash)]
struct Admin {
    id: i64,
}

#[login_required(user = Admin crate = login_runtime)]
async fn dashboard() {}

fn main() {}
