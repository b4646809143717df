use login_runtime::UserMixin;

struct Id(i64);

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: Id,
}

fn main() {}
