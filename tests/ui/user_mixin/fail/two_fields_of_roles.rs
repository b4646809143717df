use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
    #[login(roles)]
    roles: Vec<String>,
    #[login(roles)]
    groups: Vec<String>,
}

fn main() {}
