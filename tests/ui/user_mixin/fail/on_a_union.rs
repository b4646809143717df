use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash)]
union User {
    id: i64,
}

fn main() {}
