use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
    #[login(roles)]
    role: u64,
}

fn main() {}
