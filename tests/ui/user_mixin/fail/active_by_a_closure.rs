use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash, active = |user| user.id > 0)]
struct User {
    id: u32,
}

fn main() {}
