use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    id: u32,
    #[login(active = Option::is_none)]
    disabled: bool,
}

fn main() {}
