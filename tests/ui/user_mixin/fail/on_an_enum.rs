use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash)]
enum User {
    Admin { id: i64 },
}

fn main() {}
