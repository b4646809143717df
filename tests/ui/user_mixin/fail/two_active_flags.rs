use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: i64,
    #[login(active)]
    confirmed: bool,
    #[login(active)]
    enabled: bool,
}

fn main() {}
