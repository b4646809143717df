use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash, active = may_log_in)]
struct User {
    id: u32,
    #[login(active)]
    active: bool,
}

fn may_log_in(user: &User) -> bool {
    user.active
}

fn main() {}
