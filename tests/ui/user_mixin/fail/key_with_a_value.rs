use login_runtime::UserMixin;

#[derive(UserMixin)]
#[login(no_auth_hash)]
struct User {
    #[login(id = "name")]
    name: String,
}

fn main() {}
